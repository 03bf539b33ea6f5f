import { expect, it, vi } from "vitest";
import * as Y from "yjs";
import { fieldText, graphDocument } from "./document.ts";
import { createEdits } from "./edits.ts";
import { guardedEdits, whyNoRoom, whyNotInDraft } from "./guarded-edits.ts";
import type { EdgeId, NodeId } from "./ids.ts";
import { readGraph } from "./read.ts";
import { GRAPH_LIMITS, type GraphNode } from "./schema.ts";

const id = "node_a" as NodeId;
const node = (name: string, config: GraphNode["config"] = {}): GraphNode => ({
  ...{ id: name as NodeId, type: "any-type", version: 1, label: name, position: { x: 0, y: 0 }, config },
});

function guarded() {
  const doc = new Y.Doc();
  const onRefused = vi.fn<(reason: string) => void>();
  const plain = createEdits(doc, { origin: "me", layoutOf: (_, field) => (field === "text" ? "text" : field === "list" ? "records" : "value") });
  const edits = guardedEdits(plain, { doc, onRefused });
  edits.add([node("node_a", { text: "old", map: { a: 1 }, list: [{ id: "r1", name: "x" }] })]);
  const updates: Uint8Array[] = [];
  doc.on("update", (update: Uint8Array) => updates.push(update));
  return { doc, edits, onRefused, updates, config: () => readGraph(graphDocument(doc)).nodes.find((each) => each.id === id)?.config };
}

it.each<[string, (edits: ReturnType<typeof guarded>["edits"]) => boolean, RegExp]>([
  ["a member named constructor", (edits) => edits.setField(id, "map", JSON.parse('{"a":1,"constructor":1}')), /“constructor”/],
  ["a member named __proto__", (edits) => edits.setField(id, "map", JSON.parse('{"x":{"__proto__":1}}')), /“__proto__”/],
  ["a record with such a member", (edits) => edits.addRecord(id, "list", { id: "r2", value: { prototype: 1 } }), /“prototype”/],
  ["such a value in a record", (edits) => edits.setRecord(id, "list", { id: "r1", member: "name", value: { prototype: 1 } }), /“prototype”/],
  ["a plain text that is too long", (edits) => edits.setField(id, "map", "x".repeat(GRAPH_LIMITS.textBytes + 1)), /262,144/],
  ["a pasted text that is too long", (edits) => edits.changeText(id, "text", [{ at: 3, remove: 0, insert: "x".repeat(300_000) }]), /300,003/],
  ["too deep nesting", (edits) => edits.setField(id, "map", JSON.parse(`${"[".repeat(17)}${"]".repeat(17)}`)), /16 deep/],
  ["a long name", (edits) => edits.relabel(id, "x".repeat(201)), /200/],
])("writes nothing of %s, and says why", (_, write, reason) => {
  const { edits, onRefused, updates } = guarded();
  expect(write(edits)).toBe(false);
  expect(updates).toEqual([]);
  expect(onRefused).toHaveBeenCalledExactlyOnceWith(expect.stringMatching(reason));
});

it("writes all that fits, and makes a text shorter that is too long", () => {
  const { doc, edits, onRefused, config } = guarded();
  expect(edits.changeText(id, "text", [{ at: 0, remove: 3, insert: "x".repeat(GRAPH_LIMITS.textBytes) }])).toBe(true);
  fieldText(graphDocument(doc), id, "text")?.insert(0, "somebody else's");
  expect(edits.changeText(id, "text", [{ at: 0, remove: 1, insert: "" }])).toBe(true);
  expect(edits.setField(id, "map", JSON.parse(`${"[".repeat(16)}${"]".repeat(16)}`))).toBe(true);
  expect(edits.setField(id, "map", undefined)).toBe(true);
  expect(edits.setRecord(id, "list", { id: "r1", member: "name", value: "y" })).toBe(true);
  expect(config()?.list).toEqual([{ id: "r1", name: "y" }]);
  expect(onRefused).not.toHaveBeenCalled();
});

it("adds and wires nothing beyond what a graph holds", () => {
  const { doc, edits, onRefused } = guarded();
  edits.add([node("node_big", { deep: { text: "x".repeat(300_000) } })]);
  edits.add(Array.from({ length: GRAPH_LIMITS.nodes }, (_, index) => node(`node_${index}`)));
  expect(doc.getMap("nodes").size).toBe(1);
  for (let index = 0; index < GRAPH_LIMITS.edges; index++) doc.getMap("edges").set(`edge_${index}`, new Y.Map());
  const edge = { id: "edge_new" as EdgeId, kind: "data", source: { node: id, port: "out" }, target: { node: id, port: "in" } } as const;
  edits.connect(edge);
  expect(doc.getMap("edges").has("edge_new")).toBe(false);
  expect(onRefused.mock.calls.map(([reason]) => reason)).toEqual([
    expect.stringMatching(/262,144/),
    expect.stringMatching(/5,000/),
    expect.stringMatching(/10,000/),
  ]);
  edits.connect(edge, ["edge_0" as EdgeId]);
  expect(doc.getMap("edges").has("edge_new")).toBe(true);
});

it("lets go what makes a graph smaller that is too large", () => {
  expect(whyNoRoom({ nodes: 6_000, edges: 12_000 }, { nodes: 0, edges: -1 })).toBeUndefined();
  expect(whyNotInDraft({ a: [null, true, 1, "x"] })).toBeUndefined();
});
