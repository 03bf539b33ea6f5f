import { setTimeout as delay } from "node:timers/promises";
import type { Json } from "#runtime/graph/json.ts";
import { emptyGraph } from "#runtime/graph/schema.ts";
import type { EchoServer } from "./echo-server.ts";
import type { Caller, Person, TeamServer } from "./team-server.ts";

/** One of everything a workspace can have, by id. */
export interface Things {
  workspace: string;
  /** In the names of them all. */
  mark: string;
  graph: string;
  /** Graphs, connections, credentials and files that may be lost. */
  doomed: { graph: string; connection: string; credential: string; file: string };
  /** Of `graph`, finished; `hash`: its large value. */
  run: string;
  hash: string;
  /** Waits at a gate, of another graph. */
  waitingRun: string;
  gate: string;
  /** That of `waitingRun`. */
  otherGraph: string;
  connection: string;
  credential: string;
  variable: string;
  /** Of ComfyUI, in the library. */
  workflow: string;
  /** A collection with a document in preview. */
  knowledge: { collection: string; document: string; chunk: string; job: string };
  hookNode: string;
  /** Its hash. */
  file: string;
  /** Of `graph`. */
  comment: string;
  shares: { view: string; viewToken: string; edit: string; editToken: string };
}

export interface MakeThingsGiven {
  team: TeamServer;
  echo: EchoServer;
  /** An owner of the workspace. */
  by: Person;
  workspace: string;
  mark: string;
}

export const nodeOf = (id: string, type: string, config: Record<string, Json>) => ({
  ...{ id, type, version: 1, label: id, position: { x: 0, y: 0 }, config },
});
export const edgeOf = (source: string, target: string) => {
  const [[from = "", out = ""], [to = "", into = ""]] = [source.split("."), target.split(".")];
  return { id: `edge_${from}_${to}`, kind: "data", source: { node: from, port: out }, target: { node: to, port: into } };
};
export type GraphParts = { nodes: ReturnType<typeof nodeOf>[]; edges?: ReturnType<typeof edgeOf>[]; settings?: Record<string, Json> };

/** Its id. */
export async function makeGraph(team: TeamServer, by: Caller, given: GraphParts & { workspace: string; name: string }): Promise<string> {
  const { workspace, name, nodes, edges = [], settings = {} } = given;
  return (await team.must(by, "POST /api/graphs", { workspace, body: { graph: { ...emptyGraph(name), nodes, edges, settings } } })).id;
}

/** The run when it has ended, or waits for a person. */
export async function finished(team: TeamServer, by: Caller, run: string) {
  for (let tries = 0; tries < 400; tries++) {
    const detail = await team.must(by, `GET /api/runs/${run}`);
    if (!["queued", "running"].includes(detail.state)) return detail;
    await delay(25);
  }
  throw new Error(`The run ${run} does not end.`);
}

export async function startRun(team: TeamServer, by: Caller, given: { graph: string; body?: unknown }) {
  return finished(team, by, (await team.must(by, `POST /api/graphs/${given.graph}/runs`, { body: given.body ?? {} })).id);
}

export async function makeThings(given: MakeThingsGiven): Promise<Things> {
  const { team, by, workspace, mark } = given;
  const must = (to: string, body?: unknown) => team.must(by, to, { workspace, body });
  const graph = await makeGraph(team, by, { workspace, name: `${mark} graph`, ...mainGraph(given) });
  const detail = await startRun(team, by, { graph });
  const gated = await makeGraph(team, by, { workspace, name: `${mark} gated`, ...gatedGraph(given) });
  const waiting = await startRun(team, by, { graph: gated });
  const { items } = await must("GET /api/approvals");
  await must(`POST /api/graphs/${graph}/revisions`, {});
  const connection = async (name: string) => {
    const settings = { transport: "stdio", command: `no-such-program-${mark}` };
    // what is started on the server takes its owner
    return (await team.must(team.file, "POST /api/connections", { workspace, body: { kind: "mcp", name: `${mark} ${name}`, settings } })).id;
  };
  const credential = async (name: string) => (await must("POST /api/credentials", credentialOf(given, name))).id;
  await must(`PUT /api/variables/${mark}`, { value: `${mark} value` });
  const prompt = { "1": { class_type: "SaveImage", inputs: { filename_prefix: `${mark} picture` } } };
  const text = JSON.stringify(prompt);
  const workflow = (await must("POST /api/comfy-workflows", { name: `${mark} workflow`, category: "effects", source: { text } })).id;
  const thread = await must(`POST /api/graphs/${graph}/comments`, { node: "node_in", body: `${mark} comment` });
  const share = (level: string) => must(`POST /api/graphs/${graph}/shares`, { kind: "link", level });
  const file = async (name: string) => (await must(`POST /api/assets?name=${encodeURIComponent(`${mark} ${name}.txt`)}`, `${mark} ${name}`)).$asset;
  const [view, edit] = [await share("view"), await share("edit")];
  const endOf = ({ url }: { url: string }) => String(url.split("/").at(-1));
  return {
    ...{ workspace, mark, graph, run: detail.id, hash: largeHash(detail), waitingRun: waiting.id, gate: items[0].id, otherGraph: gated },
    doomed: {
      graph: await makeGraph(team, by, { workspace, name: `${mark} doomed`, nodes: [] }),
      connection: await connection("doomed"),
      credential: await credential("doomed"),
      file: await file("doomed"),
    },
    file: await file("file"),
    knowledge: await makeKnowledge(given),
    ...{ workflow, connection: await connection("server"), credential: await credential("key"), variable: mark, hookNode: "node_hook", comment: thread.id },
    shares: { view: view.id, viewToken: endOf(view), edit: edit.id, editToken: endOf(edit) },
  };
}

/** Its document is cut, and not embedded: that would take a while. */
async function makeKnowledge({ team, by, workspace, mark }: MakeThingsGiven): Promise<Things["knowledge"]> {
  const must = (to: string, body?: unknown) => team.must(by, to, { workspace, body });
  const { id: collection } = await must("POST /api/knowledge/collections", { name: `${mark} collection` });
  const { id: document, job } = await must(`POST /api/knowledge/collections/${collection}/documents`, { text: `${mark} text`, title: mark, preview: true });
  for (let tries = 0; tries < 400; tries++) {
    const { items } = await must(`GET /api/knowledge/documents/${document}/chunks`);
    if (items.length > 0) return { collection, document, job, chunk: items[0].id };
    await delay(25);
  }
  throw new Error("The document is not cut.");
}

/** Its run has a large value; it can be begun by a webhook as well. */
function mainGraph({ echo, mark }: MakeThingsGiven): GraphParts {
  return {
    nodes: [
      nodeOf("node_in", "start", {}),
      nodeOf("node_large", "http-request", { url: `${echo.url}/large?${mark}` }),
      nodeOf("node_out", "output", { name: "result" }),
      nodeOf("node_hook", "webhook", {}),
    ],
    edges: [edgeOf("node_large.body", "node_out.value")],
  };
}

/** Nobody knows whether its write happened. */
function gatedGraph({ echo, mark }: MakeThingsGiven): GraphParts {
  return { nodes: [nodeOf("node_write", "http-request", { method: "POST", url: `${echo.url}/cut?${mark}` })] };
}

function credentialOf({ echo, mark }: MakeThingsGiven, name: string) {
  return { name: `${mark} ${name}`, settings: { kind: "bearer" }, hosts: [echo.host], secret: `secret of ${mark}`.replaceAll(" ", "-") };
}

function largeHash(detail: { nodes: Record<string, { outputs?: Record<string, { $blob?: string }> }> }): string {
  const hash = Object.values(detail.nodes.node_large?.outputs ?? {}).find((value) => typeof value?.$blob === "string")?.$blob;
  if (hash === undefined) throw new Error(`The run has no large value: ${JSON.stringify(detail)}`);
  return hash;
}
