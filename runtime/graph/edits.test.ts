import { beforeEach, describe, expect, it } from "vitest";
import * as Y from "yjs";
import { sampleGraph, sampleId } from "../testing/sample-nodes.ts";
import { graphDocument } from "./document.ts";
import { createEdits, type Edits } from "./edits.ts";
import type { EdgeId } from "./ids.ts";
import { readGraph } from "./read.ts";
import type { GraphEdge, GraphNode } from "./schema.ts";

const layoutOf = (_: string, field: string) => (field === "text" ? "text" : field === "list" ? "records" : "value");
const [a, b, c] = [sampleId("a"), sampleId("b"), sampleId("c")];
const step = { type: "sample-step", config: { text: "hello", plain: 1, list: [{ id: "x", name: "one" }] } };

let doc: Y.Doc;
let edits: Edits;

beforeEach(() => {
  doc = new Y.Doc();
  edits = createEdits(doc, { origin: "me", layoutOf });
  edits.replace(sampleGraph({ a: step, b: step, c: step }, ["a > b", "b > c"]));
});

const graph = () => readGraph(graphDocument(doc));
const nodeOf = (id: string): GraphNode => {
  const found = graph().nodes.find((node) => node.id === id);
  if (!found) throw new Error(`no ${id}`);
  return found;
};
const edge = (id: string, source = a, target = c): GraphEdge => ({
  id: `edge_${id}` as EdgeId,
  kind: "data",
  source: { node: source, port: "value" },
  target: { node: target, port: "value" },
});

describe("each edit says what it means", () => {
  it("rename, describe and settings", () => {
    edits.rename("New");
    edits.describe("What it does");
    edits.changeSettings({ timeoutMs: 5_000 });
    expect(graph()).toMatchObject({ name: "New", description: "What it does", settings: { timeoutMs: 5_000 } });
  });

  it("add puts nodes and edges in, in one transaction", () => {
    let transactions = 0;
    doc.on("afterTransaction", () => {
      transactions += 1;
    });
    const d = sampleId("d");
    edits.add([{ ...nodeOf(a), id: d, label: "D" }], [edge("ad", a, d)]);
    expect(nodeOf(d)).toEqual({ ...nodeOf(a), id: d, label: "D" });
    expect(graph().edges.map(({ id }) => id)).toContain("edge_ad");
    expect(transactions).toBe(1);
  });

  it("remove takes the edges of a node along, and lets what was inside out", () => {
    edits.setParent([a], b);
    edits.setParent([b], c);
    edits.remove({ nodes: [b] });
    expect(graph().nodes.map(({ id }) => id)).toEqual([a, c]);
    expect(graph().edges).toEqual([]);
    expect(nodeOf(a).parent).toBe(c);
  });

  it("remove gets along with frames inside each other", () => {
    edits.setParent([a], b);
    edits.setParent([b], a);
    edits.setParent([c], a);
    edits.remove({ nodes: [a, b] });
    expect(graph().nodes).toEqual([expect.not.objectContaining({ parent: expect.anything() })]);
  });

  it("a parent is changed without moving what is drawn", () => {
    edits.move(
      new Map([
        [a, { x: 500, y: 300 }],
        [b, { x: 100, y: 50 }],
        [c, { x: 10, y: 20 }],
      ]),
    );
    edits.setParent([b], c);
    expect(nodeOf(b).position).toEqual({ x: 90, y: 30 });
    edits.setParent([a], b);
    expect(nodeOf(a).position).toEqual({ x: 400, y: 250 });
    edits.setParent([a], c);
    expect(nodeOf(a).position).toEqual({ x: 490, y: 280 });
    edits.setParent([a], b);
    edits.remove({ nodes: [b] });
    expect(nodeOf(a)).toMatchObject({ parent: c, position: { x: 490, y: 280 } });
    edits.remove({ nodes: [c] });
    expect(nodeOf(a).position).toEqual({ x: 500, y: 300 });
  });

  it("what is inside stays where it is drawn while the corner of its frame moves", () => {
    edits.move(new Map([[b, { x: 100, y: 50 }]]));
    edits.setParent([a], b);
    const before = nodeOf(a).position;
    edits.resize(b, { width: 600, height: 300 }, { x: 80, y: 60 });
    expect(nodeOf(b).position).toEqual({ x: 80, y: 60 });
    expect(nodeOf(a).position).toEqual({ x: before.x + 20, y: before.y - 10 });
    edits.resize(b, { width: 700, height: 300 });
    expect(nodeOf(a).position).toEqual({ x: before.x + 20, y: before.y - 10 });
  });

  it("remove of an edge leaves its nodes", () => {
    const [first] = graph().edges;
    edits.remove({ edges: first ? [first.id] : [] });
    expect(graph().edges).toHaveLength(1);
    expect(graph().nodes).toHaveLength(3);
  });

  it("move, resize, relabel, flags, parent, policy", () => {
    edits.move(new Map([[a, { x: 7, y: 8 }]]));
    edits.resize(a, { width: 10, height: 20 });
    edits.relabel(a, "Renamed");
    edits.setDisabled([a], true);
    edits.setCollapsed(a, true);
    edits.setParent([a], c);
    edits.setPolicy(a, { attempts: 2 });
    expect(nodeOf(a)).toMatchObject({
      position: { x: 7, y: 8 },
      size: { width: 10, height: 20 },
      label: "Renamed",
      disabled: true,
      collapsed: true,
      parent: c,
      policy: { attempts: 2 },
    });
    edits.setDisabled([a], false);
    edits.setCollapsed(a, false);
    edits.setParent([a], undefined);
    edits.setPolicy(a, {});
    for (const key of ["disabled", "collapsed", "parent", "policy"]) expect(nodeOf(a)).not.toHaveProperty(key);
  });

  it("setField sets, changes text in place, and removes", () => {
    edits.setField(a, "plain", { deep: [1, 2] });
    edits.setField(a, "text", "hello there");
    expect(nodeOf(a).config).toMatchObject({ plain: { deep: [1, 2] }, text: "hello there" });
    edits.setField(a, "plain", undefined);
    expect(nodeOf(a).config).not.toHaveProperty("plain");
  });

  it("records: add, set, move, remove", () => {
    edits.addRecord(a, "list", { id: "y", name: "two" });
    edits.addRecord(a, "list", { id: "z", name: "three" });
    edits.setRecord(a, "list", { id: "y", member: "name", value: "2" });
    edits.moveRecord(a, "list", { id: "z", before: "x" });
    expect(nodeOf(a).config.list).toEqual([
      { id: "z", name: "three" },
      { id: "x", name: "one" },
      { id: "y", name: "2" },
    ]);
    edits.moveRecord(a, "list", { id: "z" });
    edits.removeRecord(a, "list", "x");
    expect(nodeOf(a).config.list).toEqual([
      { id: "y", name: "2" },
      { id: "z", name: "three" },
    ]);
  });

  it("addRecord keeps what a list written as one value holds", () => {
    const plain = createEdits(doc, { origin: "me", layoutOf: () => "value" });
    plain.setField(a, "list", undefined);
    plain.setField(a, "list", [{ id: "x", name: "one" }]);
    edits.addRecord(a, "list", { id: "y", name: "two" });
    expect(nodeOf(a).config.list).toEqual([
      { id: "x", name: "one" },
      { id: "y", name: "two" },
    ]);
  });

  it("moveRecord gets along with an order that is no key", () => {
    for (const id of ["y", "z"]) edits.addRecord(a, "list", { id, name: id });
    const config = graphDocument(doc).nodes.get(a)?.get("config");
    const list = config instanceof Y.Map ? config.get("list") : undefined;
    list?.get("x")?.set("order", "a0");
    list?.get("y")?.set("order", "-");
    edits.moveRecord(a, "list", { id: "z", before: "y" });
    edits.moveRecord(a, "list", { id: "z", before: "x" });
    const ids = (nodeOf(a).config.list as { id: string }[]).map(({ id }) => id);
    expect(ids.indexOf("z")).toBe(ids.indexOf("x") - 1);
  });

  it("addRecord begins a list that was not there", () => {
    edits.setField(a, "list", undefined);
    expect(edits.addRecord(a, "list", { id: "n", name: "new" })).toBe(true);
    expect(nodeOf(a).config.list).toEqual([{ id: "n", name: "new" }]);
  });

  it("connect takes the place of what it replaces", () => {
    const [first] = graph().edges;
    edits.connect(edge("new"), first ? [first.id] : []);
    expect(graph().edges.map(({ id }) => id)).toContain("edge_new");
    expect(graph().edges).toHaveLength(2);
  });

  it("edits of what is gone do nothing and say so", () => {
    edits.remove({ nodes: [a] });
    const before = Y.encodeStateAsUpdate(doc);
    expect(edits.relabel(a, "Ghost")).toBe(false);
    expect(edits.setField(a, "text", "ghost")).toBe(false);
    expect(edits.removeRecord(a, "list", "x")).toBe(false);
    expect(edits.setRecord(b, "plain", { id: "x", member: "name", value: "v" })).toBe(false);
    expect(Y.encodeStateAsUpdate(doc)).toEqual(before);
  });
});

describe("two people", () => {
  const sync = (one: Y.Doc, two: Y.Doc) => {
    Y.applyUpdate(one, Y.encodeStateAsUpdate(two));
    Y.applyUpdate(two, Y.encodeStateAsUpdate(one));
  };

  it("write into one text and move records at once", () => {
    const other = new Y.Doc();
    sync(doc, other);
    const theirs = createEdits(other, { origin: "they", layoutOf });
    edits.setField(a, "text", "oh, hello");
    theirs.setField(a, "text", "hello there");
    edits.addRecord(a, "list", { id: "mine", name: "m" });
    theirs.addRecord(a, "list", { id: "theirs", name: "t" });
    sync(doc, other);
    expect(nodeOf(a).config.text).toBe("oh, hello there");
    expect((nodeOf(a).config.list as { id: string }[]).map(({ id }) => id).sort()).toEqual(["mine", "theirs", "x"]);
    expect(readGraph(graphDocument(other))).toEqual(graph());
  });

  it("wire a node and remove it: the reader leaves the edge out", () => {
    const other = new Y.Doc();
    sync(doc, other);
    edits.connect(edge("late"));
    createEdits(other, { origin: "they", layoutOf }).remove({ nodes: [c] });
    sync(doc, other);
    expect(graph().edges.map(({ id }) => id)).not.toContain("edge_late");
  });
});

describe("undo", () => {
  it("takes back one's own edits and nobody else's", () => {
    const { nodes, edges, graph: about } = graphDocument(doc);
    const undo = new Y.UndoManager([nodes, edges, about], { trackedOrigins: new Set(["me"]), captureTimeout: 0 });
    const before = graph();
    edits.remove({ nodes: [b] });
    createEdits(doc, { origin: "they", layoutOf }).relabel(a, "Theirs");
    undo.undo();
    expect(graph()).toEqual({ ...before, nodes: before.nodes.map((node) => (node.id === a ? { ...node, label: "Theirs" } : node)) });
    expect(undo.canUndo()).toBe(false);
    undo.redo();
    expect(graph().nodes.map(({ id }) => id)).toEqual([a, c]);
  });

  it("is one step for one intent", () => {
    const { nodes, edges } = graphDocument(doc);
    const undo = new Y.UndoManager([nodes, edges], { trackedOrigins: new Set([edits.origin]), captureTimeout: 0 });
    const before = graph();
    edits.add([{ ...nodeOf(a), id: sampleId("d") }], [edge("ad", a, sampleId("d"))]);
    edits.connect(edge("other"), before.edges[0] ? [before.edges[0].id] : []);
    undo.undo();
    undo.undo();
    expect(graph()).toEqual(before);
  });
});
