import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as Y from "yjs";
import { canonicalJson } from "./canonical-json.ts";
import { graphDocument, type LayoutOf } from "./document.ts";
import { createEdits } from "./edits.ts";
import type { EdgeId, NodeId } from "./ids.ts";
import type { Json } from "./json.ts";
import { readGraph } from "./read.ts";
import { type Graph, type GraphEdge, type GraphNode, graphSchema } from "./schema.ts";

/** Fields that begin with "text" or "list" are laid out that way. */
const layoutOf: LayoutOf = (_, field) => (field.startsWith("text") ? "text" : field.startsWith("list") ? "records" : "value");

const text = fc.string({ unit: "binary", maxLength: 20 });
const memberName = fc.stringMatching(/^[a-z][A-Za-z0-9_]{0,8}$/);
const json = fc
  .jsonValue({ maxDepth: 3, stringUnit: "binary" })
  .filter((value) => !/__proto__|constructor|prototype/.test(JSON.stringify(value))) as fc.Arbitrary<Json>;
const record = fc.record({ id: fc.stringMatching(/^[a-z]{1,3}$/), name: text, extra: json });
const config = fc.dictionary(
  fc.oneof(memberName, fc.constantFrom("text", "textB", "list", "listB")),
  fc.oneof(json, text, fc.uniqueArray(record, { selector: ({ id }) => id, maxLength: 5 })),
  { maxKeys: 5 },
) as fc.Arbitrary<Record<string, Json>>;
const suffix = fc.stringMatching(/^[a-z0-9]{1,3}$/);
const coordinate = fc.double({ min: -1e6, max: 1e6, noNaN: true });

const node = fc.record(
  {
    id: suffix.map((id) => `node_${id}` as NodeId),
    type: fc.constantFrom("one", "two"),
    version: fc.integer({ min: 1, max: 5 }),
    label: text,
    position: fc.record({ x: coordinate, y: coordinate }),
    size: fc.record({ width: fc.integer({ min: 1, max: 2000 }), height: fc.integer({ min: 1, max: 2000 }) }),
    disabled: fc.boolean(),
    collapsed: fc.boolean(),
    config,
    policy: fc.record({ attempts: fc.integer({ min: 1, max: 20 }), default: json }, { requiredKeys: [] }),
  },
  { requiredKeys: ["id", "type", "version", "label", "position", "config"] },
) as fc.Arbitrary<GraphNode>;

function edgesBetween(nodes: readonly GraphNode[]): fc.Arbitrary<GraphEdge[]> {
  const [first] = nodes;
  if (!first) return fc.constant([]);
  const end = fc.record({ node: fc.constantFrom(...nodes.map(({ id }) => id)), port: memberName });
  const edge = fc.record(
    {
      id: suffix.map((id) => `edge_${id}` as EdgeId),
      kind: fc.constantFrom("data", "tool", "handoff"),
      source: end,
      target: end,
      order: fc.stringMatching(/^[a-z0-9]{1,4}$/),
    },
    { requiredKeys: ["id", "kind", "source", "target"] },
  ) as fc.Arbitrary<GraphEdge>;
  return fc.uniqueArray(edge, { selector: ({ id }) => id, maxLength: 8 });
}

/** Parents point to earlier nodes, so that they form no circle. */
function withParents(nodes: GraphNode[], picks: number[]): GraphNode[] {
  return nodes.map((item, index) => {
    const parent = nodes[(picks[index] ?? 0) - 1];
    return parent && (picks[index] ?? 0) <= index ? { ...item, parent: parent.id } : item;
  });
}

const graph: fc.Arbitrary<Graph> = fc
  .tuple(fc.uniqueArray(node, { selector: ({ id }) => id, maxLength: 6 }), fc.array(fc.nat(5), { maxLength: 6 }), text, text)
  .chain(([nodes, picks, name, description]) =>
    edgesBetween(nodes).map((edges) => ({
      format: "heddle.graph/1" as const,
      name,
      description,
      settings: {},
      nodes: withParents(nodes, picks).sort((a, b) => (a.id < b.id ? -1 : 1)),
      edges: edges.sort((a, b) => (a.id < b.id ? -1 : 1)),
    })),
  )
  // plain objects, as a parser yields them
  .map((content) => JSON.parse(JSON.stringify(content)) as Graph);

function draftOf(content: Graph): Y.Doc {
  const doc = new Y.Doc();
  createEdits(doc, { origin: "test", layoutOf }).replace(content);
  return doc;
}

/** The document as somebody else has it, after its journey as bytes. */
function received(doc: Y.Doc): Y.Doc {
  const copy = new Y.Doc();
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc));
  return copy;
}

const said = (doc: Y.Doc) => canonicalJson(readGraph(graphDocument(doc)));

describe("draft and JSON", () => {
  it("graph → draft → graph is the identity, here and after a journey as bytes", () => {
    fc.assert(
      fc.property(graph, (content) => {
        expect(graphSchema.safeParse(content).success).toBe(true);
        const doc = draftOf(content);
        expect(said(doc)).toBe(canonicalJson(content));
        expect(said(received(doc))).toBe(canonicalJson(content));
      }),
      { numRuns: 200 },
    );
  });

  it("replacing one graph by another leaves nothing of the first, and repeating it writes nothing", () => {
    fc.assert(
      fc.property(graph, graph, (before, after) => {
        const doc = draftOf(before);
        const edits = createEdits(doc, { origin: "test", layoutOf });
        edits.replace(after);
        expect(said(doc)).toBe(canonicalJson(after));
        let updates = 0;
        doc.on("update", () => {
          updates += 1;
        });
        edits.replace(after);
        expect(updates).toBe(0);
      }),
      { numRuns: 200 },
    );
  });

  it("adding nodes and edges says what replacing says", () => {
    fc.assert(
      fc.property(graph, (content) => {
        const doc = draftOf({ ...content, nodes: [], edges: [] });
        createEdits(doc, { origin: "test", layoutOf }).add(content.nodes, content.edges);
        expect(said(doc)).toBe(canonicalJson(content));
      }),
      { numRuns: 100 },
    );
  });

  it("two who replace at once end with the same graph", () => {
    fc.assert(
      fc.property(graph, graph, graph, (start, left, right) => {
        const one = draftOf(start);
        const two = received(one);
        createEdits(one, { origin: "test", layoutOf }).replace(left);
        createEdits(two, { origin: "test", layoutOf }).replace(right);
        Y.applyUpdate(one, Y.encodeStateAsUpdate(two));
        Y.applyUpdate(two, Y.encodeStateAsUpdate(one));
        expect(said(one)).toBe(said(two));
      }),
      { numRuns: 100 },
    );
  });
});

describe("layout", () => {
  const content = (fields: Record<string, Json>): Graph => ({
    format: "heddle.graph/1",
    name: "G",
    description: "",
    settings: {},
    nodes: [{ id: "node_a" as NodeId, type: "one", version: 1, label: "A", position: { x: 0, y: 0 }, config: fields }],
    edges: [],
  });
  const field = (doc: Y.Doc, name: string): unknown => {
    const config = graphDocument(doc).nodes.get("node_a")?.get("config");
    return config instanceof Y.Map ? config.get(name) : undefined;
  };

  it("text is co-edited, a list of objects is a map by id, everything else a value", () => {
    const doc = draftOf(content({ text: "hi", list: [{ id: "a", name: "x" }], other: "plain" }));
    expect(field(doc, "text")).toBeInstanceOf(Y.Text);
    expect(field(doc, "list")).toBeInstanceOf(Y.Map);
    expect(field(doc, "other")).toBe("plain");
  });

  it("replacing a text changes it in place, by the smallest difference", () => {
    const doc = draftOf(content({ text: "one two three" }));
    const before = field(doc, "text");
    const deltas: unknown[] = [];
    (before as Y.Text).observe((event) => deltas.push(event.delta));
    createEdits(doc, { origin: "test", layoutOf }).replace(content({ text: "one 2 three" }));
    expect(field(doc, "text")).toBe(before);
    expect(deltas).toEqual([[{ retain: 4 }, { delete: 3 }, { insert: "2" }]]);
  });

  it("a difference never cuts a surrogate pair in two", () => {
    const doc = draftOf(content({ text: "\u{1F600}" }));
    createEdits(doc, { origin: "test", layoutOf }).replace(content({ text: "\u{1F601}" }));
    expect(readGraph(graphDocument(received(doc))).nodes[0]?.config.text).toBe("\u{1F601}");
  });
});

describe("readers", () => {
  it("put a stand-in where an undo took a label or a position away, and leave out what is no node at all", () => {
    const doc = new Y.Doc();
    const { nodes } = graphDocument(doc);
    createEdits(doc, { origin: "test", layoutOf }).add([
      { id: "node_a" as NodeId, type: "one", version: 1, label: "A", position: { x: 1, y: 2 }, config: { kept: true } },
    ]);
    nodes.get("node_a")?.delete("label");
    nodes.get("node_a")?.delete("position");
    nodes.set("node_b", new Y.Map());
    expect(readGraph(graphDocument(doc)).nodes).toEqual([
      { id: "node_a", type: "one", version: 1, label: "", position: { x: 0, y: 0 }, config: { kept: true } },
    ]);
  });
});
