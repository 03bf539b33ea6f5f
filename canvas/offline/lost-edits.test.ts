import { describe, expect, it } from "vitest";
import * as Y from "yjs";
import { createEdits } from "#runtime/graph/edits.ts";
import type { EdgeId, NodeId } from "#runtime/graph/ids.ts";
import { observeGraph } from "#runtime/graph/observe.ts";
import type { GraphEdge, GraphNode } from "#runtime/graph/schema.ts";
import { watchLostEdits } from "./lost-edits.ts";
import { putBack } from "./put-back.ts";

const nodeId = (name: string) => `node_${name}` as NodeId;
const node = (name: string, more: Partial<GraphNode> = {}): GraphNode => ({
  id: nodeId(name),
  type: "template-text",
  version: 1,
  label: name,
  position: { x: 0, y: 0 },
  config: { template: "before", outputs: [{ id: "a", name: "first" }] },
  ...more,
});
const wire = (from: string, to: string): GraphEdge => ({
  id: `edge_${from}_${to}` as EdgeId,
  kind: "data",
  source: { node: nodeId(from), port: "text" },
  target: { node: nodeId(to), port: "value" },
});
const layoutOf = (_type: string, field: string) => (field === "template" ? "text" : field === "outputs" ? "records" : "value");

function person() {
  const doc = new Y.Doc();
  const graph = observeGraph(doc);
  const clock = { now: 0 };
  const losses = watchLostEdits({ doc, graph, isOwnPast: (origin) => origin === "stored", whoDeletes: () => "Ana", now: () => clock.now });
  return { doc, graph, edits: createEdits(doc, { origin: "me", layoutOf }), losses, clock };
}

const merge = (from: Y.Doc, into: Y.Doc, origin: unknown = "server") => Y.applyUpdate(into, Y.encodeStateAsUpdate(from, Y.encodeStateVector(into)), origin);

/** Two people with the same graph: a → b → c. */
function pair() {
  const [me, ana] = [person(), person()];
  ana.edits.add([node("a"), node("b"), node("c")], [wire("a", "b"), wire("b", "c")]);
  merge(ana.doc, me.doc);
  return { me, ana };
}

describe("watchLostEdits", () => {
  it("tells of a node that another deleted while it was changed here, and puts it back with what was written and its wires", () => {
    const { me, ana } = pair();
    me.edits.setField(nodeId("b"), "template", "written offline");
    ana.edits.remove({ nodes: [nodeId("b")] });
    merge(ana.doc, me.doc);
    merge(me.doc, ana.doc);
    const [lost] = me.losses.lost.current();
    expect(lost).toMatchObject({ by: "Ana", items: [{ type: "node", node: { label: "b", config: { template: "written offline" } } }] });
    expect(me.graph.current().edges).toEqual([]);

    const undo = new Y.UndoManager([me.doc.getMap("nodes"), me.doc.getMap("edges")], { trackedOrigins: new Set(["me"]) });
    putBack(lost?.items ?? [], me.edits, me.graph.current());
    merge(me.doc, ana.doc);
    expect(ana.graph.current().nodes.find(({ id }) => id === nodeId("b"))?.config.template).toBe("written offline");
    expect(ana.graph.current().edges.map(({ id }) => id)).toEqual(["edge_a_b", "edge_b_c"]);
    expect(me.losses.lost.current()).toEqual([]);
    undo.undo();
    expect(me.graph.current().nodes).toHaveLength(2);
    expect(me.graph.current().edges).toEqual([]);
  });

  it("says nothing of what was not changed here, was saved long ago, or was deleted here", () => {
    const { me, ana } = pair();
    me.edits.relabel(nodeId("a"), "mine");
    merge(me.doc, ana.doc);
    me.losses.saved();
    me.clock.now = 20_000;
    me.edits.remove({ nodes: [nodeId("c")] });
    ana.edits.remove({ nodes: [nodeId("a"), nodeId("b"), nodeId("c")] });
    merge(ana.doc, me.doc);
    expect(me.losses.lost.current()).toEqual([]);
  });

  it("counts what was saved within the last seconds, and what is unsaved however old", () => {
    const { me, ana } = pair();
    me.edits.relabel(nodeId("a"), "just saved");
    me.clock.now = 600_000;
    me.losses.saved();
    me.edits.relabel(nodeId("b"), "unsaved for long");
    me.clock.now = 609_000;
    ana.edits.remove({ nodes: [nodeId("a")] });
    merge(ana.doc, me.doc);
    me.clock.now = 3_600_000;
    ana.edits.remove({ nodes: [nodeId("b")] });
    merge(ana.doc, me.doc);
    expect(me.losses.lost.current().map(({ items }) => items.map((item) => item.type === "node" && item.node.label))).toEqual([
      ["just saved"],
      ["unsaved for long"],
    ]);
  });

  it("remembers across windows what was changed and not saved", () => {
    const { me, ana } = pair();
    me.edits.setField(nodeId("b"), "template", "before the reload");
    const later = person();
    merge(me.doc, later.doc, "stored");
    later.losses.restored(me.losses.touched());
    ana.edits.remove({ nodes: [nodeId("b")] });
    merge(ana.doc, later.doc);
    expect(later.losses.lost.current()).toHaveLength(1);
    expect(me.losses.touched()).toContain("node_b/template");
  });

  it("tells of a wire and of its end: both were being changed", () => {
    const { me, ana } = pair();
    me.edits.connect({ ...wire("a", "c"), target: { node: nodeId("c"), port: "other" } });
    ana.edits.remove({ nodes: [nodeId("c")] });
    merge(ana.doc, me.doc);
    const [lost] = me.losses.lost.current();
    expect(lost?.items).toHaveLength(1);
    putBack(lost?.items ?? [], me.edits, me.graph.current());
    expect(me.graph.current().edges.map(({ id }) => id)).toEqual(["edge_a_b", "edge_a_c", "edge_b_c"]);

    merge(me.doc, ana.doc);
    ana.edits.remove({ edges: ["edge_a_c" as EdgeId] });
    merge(ana.doc, me.doc);
    expect(me.losses.lost.current().at(-1)?.items).toMatchObject([{ type: "edge", edge: { id: "edge_a_c" } }]);
  });

  it("tells of an entry of a list and of a text", () => {
    const { me, ana } = pair();
    me.edits.setRecord(nodeId("a"), "outputs", { id: "a", member: "name", value: "mine" });
    me.edits.setField(nodeId("b"), "template", "mine too");
    ana.edits.removeRecord(nodeId("a"), "outputs", "a");
    ana.edits.setField(nodeId("b"), "template", undefined);
    merge(ana.doc, me.doc);
    const items = me.losses.lost.current().flatMap((each) => each.items);
    expect(items.toSorted((left, right) => (left.type < right.type ? -1 : 1))).toMatchObject([
      { type: "field", field: "template", value: "mine too" },
      { type: "record", field: "outputs", record: { id: "a", name: "mine" } },
    ]);
    putBack(items, me.edits, me.graph.current());
    const byId = Object.fromEntries(me.graph.current().nodes.map(({ id, config }) => [id, config]));
    expect(byId.node_a?.outputs).toEqual([{ id: "a", name: "mine" }]);
    expect(byId.node_b?.template).toBe("mine too");
  });

  it("leaves texts alone that others only shorten: what was typed into them stays", () => {
    const { me, ana } = pair();
    me.edits.setField(nodeId("a"), "template", "before, and more");
    ana.edits.setField(nodeId("a"), "template", "");
    merge(ana.doc, me.doc);
    expect(me.losses.lost.current()).toEqual([]);
    expect(me.graph.current().nodes[0]?.config.template).toBe(", and more");
  });

  it("tells when somebody deleted a node and put it back without what was written here", () => {
    const { me, ana } = pair();
    const undo = new Y.UndoManager([ana.doc.getMap("nodes"), ana.doc.getMap("edges")], { trackedOrigins: new Set(["me"]) });
    ana.edits.remove({ nodes: [nodeId("b")] });
    undo.undo();
    me.edits.setField(nodeId("b"), "template", "written meanwhile");
    merge(ana.doc, me.doc);
    const [lost] = me.losses.lost.current();
    expect(lost?.items).toMatchObject([{ type: "node", node: { config: { template: "written meanwhile" } } }]);
    putBack(lost?.items ?? [], me.edits, me.graph.current());
    expect(me.graph.current().nodes.find(({ id }) => id === nodeId("b"))?.config.template).toBe("written meanwhile");
    expect(me.losses.lost.current()).toEqual([]);
  });

  it("puts a container back around what was in it, and a node outside when its container is gone", () => {
    const { me, ana } = pair();
    ana.edits.add([node("frame", { type: "for-each", position: { x: 100, y: 100 }, config: {} })]);
    ana.edits.setParent([nodeId("a")], nodeId("frame"));
    merge(ana.doc, me.doc);
    me.edits.relabel(nodeId("frame"), "my frame");
    ana.edits.remove({ nodes: [nodeId("frame")] });
    merge(ana.doc, me.doc);
    putBack(me.losses.lost.current()[0]?.items ?? [], me.edits, me.graph.current());
    expect(me.graph.current().nodes.find(({ id }) => id === nodeId("a"))).toMatchObject({ parent: "node_frame", position: { x: -100, y: -100 } });

    merge(me.doc, ana.doc);
    me.edits.relabel(nodeId("a"), "inner");
    me.losses.saved();
    ana.edits.remove({ nodes: [nodeId("frame"), nodeId("a")] });
    merge(ana.doc, me.doc);
    const lost = me.losses.lost.current().at(-1);
    const inner = lost?.items.filter((item) => item.type === "node" && item.node.id === nodeId("a")) ?? [];
    putBack(inner, me.edits, me.graph.current());
    const back = me.graph.current().nodes.find(({ id }) => id === nodeId("a"));
    expect(back?.parent).toBeUndefined();
    expect(back?.position).toEqual({ x: 0, y: 0 });
  });
});
