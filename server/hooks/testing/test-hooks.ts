import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { catalog } from "#nodes/catalog.data.ts";
import { createId, type GraphId, type NodeId, nodeIdSchema, type RunId } from "#runtime/graph/ids.ts";
import type { Json } from "#runtime/graph/json.ts";
import { emptyGraph } from "#runtime/graph/schema.ts";
import type { RunEventBody } from "#runtime/run/events.ts";
import { createDocuments } from "../../documents/documents.ts";
import { createLiveHub } from "../../engine/live-hub.ts";
import { silentLogger } from "../../logger.ts";
import type { Database } from "../../store/database/open-database.ts";
import { openVault } from "../../vault/vault.ts";
import type { BeginRun, BegunRun } from "../begin-run.ts";
import type { CallLimits } from "../call-limits.ts";
import type { CallbackWait } from "../callback-address.ts";
import { createWebhooks } from "../create-webhooks.ts";
import type { HookRequest } from "../read-call.ts";
import type { RunEnd } from "../run-end.ts";

const WORKSPACE = "workspace_default";
const VAULT_KEY = randomBytes(32).toString("base64");
const NODE = nodeIdSchema.parse("node_hook");

/** Webhooks over a database and an HTTP server, with runs that are remembered and end when the test says so. */
export async function startTestHooks({ database, limits, logger = silentLogger }: { database: Database; limits?: CallLimits; logger?: typeof silentLogger }) {
  const begun: (BeginRun & { id: RunId })[] = [];
  const delivered: (CallbackWait & { request: HookRequest })[] = [];
  const state = { problem: undefined as string | undefined, end: undefined as RunEventBody | undefined, runEnded: false };
  const ended = new Map<RunId, RunEnd>();
  const hub = createLiveHub({ readEvents: async (run) => [ended.get(run)].filter((event) => event !== undefined), onError: () => undefined });
  const documents = createDocuments({
    database,
    catalog,
    references: async () => ({}),
    logger: silentLogger,
    onPublishedChanged: (graph) => webhooks.publishedChanged(graph),
  });
  const finish = (given: BeginRun & { id: RunId }, body: RunEventBody) => {
    if (body.type !== "run-finished") throw new Error("That is no end.");
    const end = { ...body, seq: 1, at: new Date().toISOString() };
    ended.set(given.id, end);
    given.listener?.event(end);
  };
  const begin = async (given: BeginRun): Promise<BegunRun> => {
    const earlier = begun.find(({ graph, idempotencyKey }) => graph === given.graph && idempotencyKey !== undefined && idempotencyKey === given.idempotencyKey);
    if (earlier) return { run: { id: earlier.id }, created: false, unfollow: () => undefined };
    if (given.revision === undefined) await documents.cutRevision(given.graph, { reason: "run", actor: given.actor });
    const run = { ...given, id: createId("run") };
    begun.push(run);
    if (state.end) finish(run, state.end);
    return { run: { id: run.id }, created: true, unfollow: () => undefined };
  };
  const installationKey = randomBytes(32);
  const environment = { HEDDLE_VAULT_KEY: VAULT_KEY };
  const vault = await openVault({ database, keyFile: "/nowhere/vault.key", environment, logger: silentLogger });
  const webhooks = createWebhooks({
    ...{ database, documents, catalog, hub, begin, installationKey, vault, logger },
    ...(limits && { limits }),
    blobs: () => ({ size: async () => 14, get: async () => Buffer.from('{"large":true}'), put: async () => undefined }),
    problem: () => state.problem,
    deliverCallback: async (given) => {
      if (!state.runEnded) delivered.push(given);
      return !state.runEnded;
    },
  });
  const answer = webhooks.listener({ isOwnHost: ({ headers }) => headers.host !== "evil.example" });
  const server = createServer((request, response) => {
    if (!answer(request, response)) response.writeHead(418).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const origin = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;

  const createGraph = async (config: Record<string, Json> = {}): Promise<GraphId> => {
    const nodes = [{ id: NODE, type: "webhook", version: 1, label: "Hook", position: { x: 0, y: 0 }, config }];
    return (await documents.createGraph({ workspace: WORKSPACE, name: "Hooks", graph: { ...emptyGraph("Hooks"), nodes }, actor: "local" })).id;
  };
  const publish = async (graph: GraphId, actor = "ada") => {
    const { number } = await documents.cutRevision(graph, { reason: "publish", actor });
    await documents.publish(graph, number, "ada");
    return number;
  };
  const hookOf = async (graph: GraphId, node: NodeId = NODE) => {
    const hook = (await webhooks.hooks.list({ workspace: WORKSPACE, graph, actor: "local" })).find((each) => each.node === node);
    if (!hook) throw new Error("There is no such hook.");
    return { ...hook, url: `${origin}/hooks/${hook.token}`, testUrl: `${origin}/hooks/${hook.token}/test` };
  };
  return {
    ...{ begun, delivered, state, documents, webhooks, hooks: webhooks.hooks, installationKey, origin, createGraph, publish, hookOf, finish },
    node: NODE,
    /** A published graph, and its address. */
    published: async (config: Record<string, Json> = {}) => {
      const graph = await createGraph(config);
      const revision = await publish(graph);
      return { graph, revision, ...(await hookOf(graph)) };
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await webhooks.close();
      await documents.close();
    },
  };
}
