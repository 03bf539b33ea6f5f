import { afterEach, beforeEach, describe, expect, test } from "vitest";
import * as Y from "yjs";
import { sampleGraph, sampleId } from "../testing/sample-nodes.ts";
import { graphDocument } from "./document.ts";
import { createEdits, type Edits } from "./edits.ts";
import { type GraphObserver, observeGraph } from "./observe.ts";
import { readGraph } from "./read.ts";

let doc: Y.Doc;
let edits: Edits;
let observer: GraphObserver;
let notified = 0;

beforeEach(() => {
  doc = new Y.Doc();
  edits = createEdits(doc, { origin: "me", layoutOf: (_, field) => (field === "text" ? "text" : field === "list" ? "records" : "value") });
  const step = { type: "sample-step", config: { text: "hello", list: [{ id: "x", name: "one" }] } };
  edits.replace(sampleGraph({ a: step, b: step, c: step }, ["a > b", "b > c"]));
  observer = observeGraph(doc);
  notified = 0;
  observer.subscribe(() => {
    notified += 1;
  });
});
afterEach(() => observer.destroy());

const nodeOf = (name: string) => observer.current().nodes.find((node) => node.id === sampleId(name));

describe("observeGraph", () => {
  test("says what a fresh reading says, after every kind of edit", () => {
    const changes: (() => unknown)[] = [
      () => edits.move(new Map([[sampleId("a"), { x: 5, y: 6 }]])),
      () => edits.setField(sampleId("a"), "text", "hello there"),
      () => edits.setRecord(sampleId("a"), "list", { id: "x", member: "name", value: "two" }),
      () => edits.addRecord(sampleId("a"), "list", { id: "y", name: "three" }),
      () => edits.moveRecord(sampleId("a"), "list", { id: "y", before: "x" }),
      () => edits.setDisabled([sampleId("b")], true),
      () => edits.setParent([sampleId("a")], sampleId("c")),
      () => edits.rename("New name"),
      () => edits.remove({ nodes: [sampleId("c")] }),
    ];
    for (const [index, change] of changes.entries()) {
      change();
      expect(observer.current()).toEqual(readGraph(graphDocument(doc)));
      expect(notified).toBe(index + 1);
    }
  });

  test("what did not change keeps its identity", () => {
    const [a, b] = [nodeOf("a"), nodeOf("b")];
    edits.setField(sampleId("a"), "text", "other");
    expect(nodeOf("a")).not.toBe(a);
    expect(nodeOf("b")).toBe(b);
  });

  test("removing a node takes its edges along", () => {
    edits.remove({ nodes: [sampleId("b")] });
    expect(observer.current().edges).toEqual([]);
  });

  test("two frames put inside each other at once are repaired for readers, and stay as written", () => {
    const other = new Y.Doc();
    Y.applyUpdate(other, Y.encodeStateAsUpdate(doc));
    const theirs = createEdits(other, { origin: "them", layoutOf: () => "value" });
    edits.setParent([sampleId("a")], sampleId("b"));
    theirs.setParent([sampleId("b")], sampleId("a"));
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(other));
    expect(nodeOf("a")?.parent).toBeUndefined();
    expect(nodeOf("b")?.parent).toBeUndefined();
    expect(graphDocument(doc).nodes.get(sampleId("a"))?.get("parent")).toBe(sampleId("b"));
  });
});
