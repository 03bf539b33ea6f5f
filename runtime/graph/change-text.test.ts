import { expect, it } from "vitest";
import * as Y from "yjs";
import { fieldText, graphDocument } from "./document.ts";
import { createEdits } from "./edits.ts";
import type { NodeId } from "./ids.ts";

const node = "node_a" as NodeId;

function draft(config: Record<string, string | number>) {
  const doc = new Y.Doc();
  const edits = createEdits(doc, { origin: "me", layoutOf: (_type, field) => (field === "text" ? "text" : "value") });
  edits.add([{ id: node, type: "any", version: 1, label: "A", position: { x: 0, y: 0 }, config }]);
  return { doc, edits, read: () => fieldText(graphDocument(doc), node, "text")?.toString() };
}

it("changes a text at places, one after the other, in one transaction under the origin", () => {
  const { doc, edits, read } = draft({ text: "hello world" });
  const origins: unknown[] = [];
  doc.on("afterTransaction", ({ origin }: Y.Transaction) => origins.push(origin));
  const done = edits.changeText(node, "text", [
    { at: 0, remove: 5, insert: "bye" },
    { at: 3, remove: 0, insert: "," },
  ]);
  expect(done).toBe(true);
  expect(read()).toBe("bye, world");
  expect(origins).toEqual(["me"]);
});

it("takes places beyond the end for the end", () => {
  const { edits, read } = draft({ text: "ab" });
  edits.changeText(node, "text", [{ at: 9, remove: 9, insert: "c" }]);
  edits.changeText(node, "text", [{ at: 1, remove: 9, insert: "" }]);
  expect(read()).toBe("a");
});

it("gives a text field without a value one, and leaves everything else alone", () => {
  const { edits, read } = draft({ plain: "x", number: 5 });
  expect(edits.changeText(node, "text", [{ at: 0, remove: 0, insert: "new" }])).toBe(true);
  expect(read()).toBe("new");
  for (const field of ["plain", "number", "absent"]) expect(edits.changeText(node, field, [{ at: 0, remove: 0, insert: "y" }])).toBe(false);
  expect(edits.changeText("node_gone" as NodeId, "text", [{ at: 0, remove: 0, insert: "y" }])).toBe(false);
});
