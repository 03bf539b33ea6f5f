import { expect, test } from "vitest";
import * as Y from "yjs";
import "./reachable-origins.ts";

test("what is restored with its surroundings stands at the same place in all copies", () => {
  const [mine, theirs, later] = [new Y.Doc(), new Y.Doc(), new Y.Doc()];
  mine.on("update", (update: Uint8Array) => Y.applyUpdate(theirs, update));
  const fields = mine.getMap<Y.Text>("fields");
  fields.set("prompt", new Y.Text("xyz"));
  const undo = new Y.UndoManager(fields, { captureTimeout: 0 });

  fields.get("prompt")?.delete(1, 2);
  undo.undo();
  fields.get("prompt")?.insert(2, "cde");
  fields.delete("prompt");
  undo.undo();

  Y.applyUpdate(later, Y.encodeStateAsUpdate(mine));
  for (const copy of [mine, theirs, later]) expect(copy.getMap("fields").toJSON()).toEqual({ prompt: "xycdez" });
});
