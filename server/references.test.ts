import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { catalog } from "#nodes/catalog.data.ts";
import { canonicalJson } from "#runtime/graph/canonical-json.ts";
import { sha256Hex } from "#runtime/graph/hash.ts";
import { type GraphId, graphIdSchema } from "#runtime/graph/ids.ts";
import { emptyGraph, type Graph, graphSchema } from "#runtime/graph/schema.ts";
import type { References } from "#runtime/node/references.ts";
import { referenceKeys } from "#runtime/plan/compile.ts";
import { createGraphReferences } from "./graph-reference.ts";
import { createReferences } from "./references.ts";
import { createConnectionStore } from "./store/connections.ts";
import type { Database } from "./store/database/open-database.ts";
import { createTestDatabase, truncateAll } from "./store/database/test-database.ts";
import { createDocumentStore, type DocumentStore } from "./store/documents.ts";
import { createRevisionStore } from "./store/revisions.ts";

const workspace = "workspace_default";
const [a, b] = [graphIdSchema.parse("graph_a"), graphIdSchema.parse("graph_b")];

let database: Database;
let documents: DocumentStore;
let look: (keys: readonly string[]) => Promise<References>;
let settled: number;

beforeAll(async () => {
  database = await createTestDatabase();
  documents = createDocumentStore(database);
});
afterAll(() => database.close());
beforeEach(async () => {
  await truncateAll(database);
  settled = 0;
  const graph = createGraphReferences({ documents, revisions: createRevisionStore(database), catalog });
  const settle = async () => {
    settled++;
  };
  const lookUp = createReferences({
    store: createConnectionStore(database),
    settled: settle,
    graph,
    workflow: graph,
    collection: (workspace, id) => graph(workspace, id, undefined),
  });
  look = (keys) => lookUp(workspace, keys);
});

const node = (id: string, type: string, config: object) => ({ id: `node_${id}`, type, version: 1, label: id, position: { x: 0, y: 0 }, config });
const edge = (source: string, target: string) => {
  const end = (text: string) => ({ node: `node_${text.split(".")[0]}`, port: text.split(".")[1] });
  return { id: `edge_${source}${target}`.replaceAll(".", "_"), source: end(source), target: end(target) };
};

/** Asks for a topic, and puts it out; with `calls`, after it went through another graph. */
function topicGraph(calls?: GraphId): Graph {
  const fields = [
    { id: "t", name: "topic", title: "Topic", type: "text" },
    { id: "n", name: "words", type: "number", default: 9 },
  ];
  const between = calls === undefined ? [] : [node("sub", "sub-graph", { graph: calls })];
  const edges = calls === undefined ? [edge("start.topic", "out.value")] : [edge("start.topic", "sub.topic"), edge("sub.report", "out.value")];
  const nodes = [node("start", "start", { fields }), ...between, node("out", "output", { name: "report" })];
  return graphSchema.parse({ ...emptyGraph(), nodes, edges: edges.map((each, index) => ({ ...each, order: `a${index}`, kind: "data" })) });
}

async function create(id: GraphId, name = `Graph ${id}`): Promise<void> {
  await documents.create({ id, workspace, kind: "graph", name, description: "", actor: "local", update: new Uint8Array() });
}

/** Cuts a revision the way it is done when somebody publishes. */
async function publish(id: GraphId, graph: Graph): Promise<number> {
  const content = canonicalJson(graph);
  const references = await look(referenceKeys(graph, catalog));
  const given = { document: id, content, hash: sha256Hex(content), references, message: "", reason: "publish", actor: "local" } as const;
  const row = await createRevisionStore(database).cut(given, { reuse: false });
  await documents.publish(id, { revision: row?.number ?? 0, actor: "me" });
  return row?.number ?? 0;
}

describe("references to graphs", () => {
  it("tell what the published revision asks for and puts out", async () => {
    await create(a, "Report");
    await publish(a, topicGraph());
    expect(await look([`graph:${a}`])).toEqual({
      [`graph:${a}`]: {
        kind: "graph",
        graph: a,
        revision: 1,
        name: "Report",
        input: {
          type: "object",
          properties: { topic: { type: "string", title: "Topic" }, words: { type: "number", title: "words", default: 9 } },
          required: ["topic"],
          additionalProperties: false,
        },
        outputs: { report: "any" },
        hash: sha256Hex(canonicalJson(topicGraph())),
      },
    });
    expect(settled).toBe(0);
  });

  it("tell of one revision by its number, published or not", async () => {
    await create(a);
    await publish(a, topicGraph());
    await publish(a, graphSchema.parse({ ...emptyGraph(), nodes: [node("out", "template-text", { template: "x" })] }));
    await documents.publish(a, null);
    expect(await look([`graph:${a}@1`, `graph:${a}@2`])).toMatchObject({
      [`graph:${a}@1`]: { revision: 1, outputs: { report: "any" } },
      [`graph:${a}@2`]: { revision: 2, input: { type: "object", properties: {} }, outputs: {} },
    });
  });

  it("say what is missing, and what to do", async () => {
    await create(a, "Draft");
    await create(b, "Old");
    const reason = async (key: string) => {
      const reference = (await look([key]))[key];
      return reference?.kind === "missing" ? reference.reason : reference?.kind;
    };
    expect(await reason("graph:graph_none")).toContain("There is no graph graph_none");
    expect(await reason(`graph:${a}`)).toBe('The graph "Draft" is not published. Publish a revision of it first.');
    expect(await reason(`graph:${a}@3`)).toContain("has no revision 3");
    expect(await reason("graph:")).toContain("names nothing");
    await publish(b, topicGraph(a));
    expect(await reason(`graph:${b}`)).toContain('Revision 1 of the graph "Old" cannot run: The graph "Draft" is not published.');
    await documents.archive(b);
    expect(await reason(`graph:${b}`)).toContain('"Old" is archived');
  });

  it("do not follow graphs that call each other, or themselves", async () => {
    await create(a);
    await create(b);
    await publish(a, topicGraph());
    await publish(b, topicGraph(a));
    await publish(a, topicGraph(b));
    await publish(b, topicGraph(b));
    expect(await look([`graph:${a}`, `graph:${b}`])).toMatchObject({
      [`graph:${a}`]: { kind: "graph", revision: 2, outputs: { report: "any" } },
      [`graph:${b}`]: { kind: "graph", revision: 2, outputs: { report: "any" } },
    });
  });
});
