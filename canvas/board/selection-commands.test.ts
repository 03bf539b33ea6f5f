import { expect, test } from "vitest";
import type { NodeId } from "#runtime/graph/ids.ts";
import { toggled } from "./selection-commands.ts";

test("a node is added to the selection, and taken out of it, with the others kept in their order", () => {
  const [a, b, c] = ["node_a" as NodeId, "node_b" as NodeId, "node_c" as NodeId];
  expect(toggled([a, b], c)).toEqual([a, b, c]);
  expect(toggled([a, b, c], b)).toEqual([a, c]);
});
