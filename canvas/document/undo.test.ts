import { describe, expect, it } from "vitest";
import * as Y from "yjs";
import { ROOTS } from "#runtime/graph/document.ts";
import { createEdits } from "#runtime/graph/edits.ts";
import type { EdgeId, NodeId } from "#runtime/graph/ids.ts";
import { observeGraph } from "#runtime/graph/observe.ts";
import type { GraphNode } from "#runtime/graph/schema.ts";
import { OwnUndo, type Undone } from "./undo.ts";

const id = (name: string) => `node_${name}` as NodeId;
const node = (name: string, more: Partial<GraphNode> = {}): GraphNode => ({
  id: id(name),
  type: "template-text",
  version: 1,
  label: name,
  position: { x: 0, y: 0 },
  config: { template: "one two three", mode: "first" },
  ...more,
});
const layoutOf = (_type: string, field: string) => (field === "template" ? "text" : "value");

function person() {
  const doc = new Y.Doc();
  const graph = observeGraph(doc);
  const undo = new OwnUndo(
    ROOTS.map((root) => doc.getMap(root)),
    { trackedOrigins: new Set(["me"]), captureTimeout: 0 },
  );
  const steps: Undone[] = [];
  undo.onStep((step) => steps.push(step));
  return {
    doc,
    graph,
    undo,
    steps,
    edits: createEdits(doc, { origin: "me", layoutOf }),
    see: (name: string) => graph.current().nodes.find((each) => each.id === id(name)),
  };
}

type Person = ReturnType<typeof person>;
const tell = (from: Person, to: Person) => Y.applyUpdate(to.doc, Y.encodeStateAsUpdate(from.doc, Y.encodeStateVector(to.doc)), "server");
const meet = (left: Person, right: Person) => {
  tell(left, right);
  tell(right, left);
  expect(right.graph.current()).toEqual(left.graph.current());
};

function pair() {
  const [me, ana] = [person(), person()];
  ana.edits.add([node("a"), node("b"), node("frame", { type: "for-each", position: { x: 100, y: 100 }, config: {} })]);
  meet(me, ana);
  return { me, ana };
}

describe("OwnUndo", () => {
  it("takes back what was typed here out of a text that others type into as well", () => {
    const { me, ana } = pair();
    me.edits.setField(id("a"), "template", "one 2 two three");
    meet(me, ana);
    ana.edits.setField(id("a"), "template", "one 2 two three four");
    meet(me, ana);
    me.undo.undo();
    expect(me.see("a")?.config.template).toBe("one two three four");
    me.undo.redo();
    expect(me.see("a")?.config.template).toBe("one 2 two three four");
    meet(me, ana);
  });

  it.each([
    ["a field", (who: Person, value: string) => who.edits.setField(id("a"), "mode", value), (who: Person) => who.see("a")?.config.mode],
    ["a name", (who: Person, value: string) => who.edits.relabel(id("a"), value), (who: Person) => who.see("a")?.label],
    ["a place", (who: Person, value: string) => who.edits.move(new Map([[id("a"), { x: value.length, y: 0 }]])), (who: Person) => who.see("a")?.position.x],
  ])("leaves %s alone that others have changed since, and says so", (_what, change, see) => {
    const { me, ana } = pair();
    me.edits.relabel(id("b"), "earlier");
    change(me, "mine");
    meet(me, ana);
    change(ana, "hers, later");
    meet(me, ana);
    const after = see(me);
    me.undo.undo();
    expect(see(me)).toBe(after);
    expect(me.steps.at(-1)).toEqual({ type: "undo", changed: ["node_b"], skipped: 1 });
    expect(me.see("b")?.label).toBe("b");
    meet(me, ana);
  });

  it("never takes back what others did", () => {
    const { me, ana } = pair();
    ana.edits.relabel(id("a"), "hers");
    meet(me, ana);
    expect(me.undo.undo()).toBeNull();
    expect(me.steps).toEqual([]);
    expect(me.see("a")?.label).toBe("hers");
  });

  it("brings a deleted node back with its wires, whatever others did meanwhile", () => {
    const { me, ana } = pair();
    const wire = { kind: "data" as const, source: { node: id("a"), port: "text" }, target: { node: id("b"), port: "value" } };
    ana.edits.connect({ id: "edge_ab" as EdgeId, ...wire });
    meet(me, ana);
    me.edits.remove({ nodes: [id("b")] });
    ana.edits.relabel(id("a"), "renamed meanwhile");
    meet(me, ana);
    me.undo.undo();
    meet(me, ana);
    expect(ana.see("b")).toMatchObject({ label: "b", config: { template: "one two three" } });
    expect(ana.graph.current().edges).toHaveLength(1);
    expect(ana.see("a")?.label).toBe("renamed meanwhile");
    expect(me.steps.at(-1)).toMatchObject({ changed: ["node_b", "edge_ab"], skipped: 0 });
  });

  it("takes an added node away again although others have changed it", () => {
    const { me, ana } = pair();
    me.edits.add([node("c")]);
    meet(me, ana);
    ana.edits.setField(id("c"), "mode", "hers");
    meet(me, ana);
    me.undo.undo();
    meet(me, ana);
    expect(ana.see("c")).toBeUndefined();
    me.undo.redo();
    meet(me, ana);
    expect(ana.see("c")).toMatchObject({ label: "c" });
  });

  it("moves a node out of a container again to where it is drawn, also when others have moved it inside", () => {
    const { me, ana } = pair();
    me.edits.setParent([id("a")], id("frame"));
    meet(me, ana);
    expect(ana.see("a")).toMatchObject({ parent: "node_frame", position: { x: -100, y: -100 } });
    ana.edits.move(new Map([[id("a"), { x: 20, y: 30 }]]));
    meet(me, ana);
    me.undo.undo();
    meet(me, ana);
    expect(ana.see("a")?.parent).toBeUndefined();
    expect(ana.see("a")?.position).toEqual({ x: 120, y: 130 });
    me.undo.redo();
    meet(me, ana);
    expect(ana.see("a")).toMatchObject({ parent: "node_frame", position: { x: 20, y: 30 } });
  });

  it("leaves a node where it was drawn when its container moves back without it", () => {
    const { me, ana } = pair();
    me.edits.setParent([id("a")], id("frame"));
    meet(me, ana);
    me.undo.undo();
    meet(me, ana);
    expect(ana.see("a")).toMatchObject({ position: { x: 0, y: 0 } });
    expect(me.undo.redoStack).toHaveLength(1);
  });
});
