import { expect, test } from "vitest";
import type { Edits } from "#runtime/graph/edits.ts";
import type { GraphNode, NodePolicy } from "#runtime/graph/schema.ts";
import { changeToolPolicy } from "./tool-policy.ts";

function changed(policy: NodePolicy | undefined, change: Parameters<typeof changeToolPolicy>[2]) {
  let after: NodePolicy | undefined;
  const edits = {
    setPolicy: (_node: unknown, next: NodePolicy) => {
      after = next;
    },
  } as unknown as Edits;
  changeToolPolicy(edits, { id: "node_a", policy } as GraphNode, change);
  return after;
}

test("one part is changed, the others stay", () => {
  expect(changed({ attempts: 2, tool: { description: "Sends" } }, { autonomy: "manual" })).toEqual({
    attempts: 2,
    tool: { description: "Sends", autonomy: "manual" },
  });
});

test("what is taken away leaves nothing behind", () => {
  expect(changed({ tool: { description: "Sends", autonomy: "manual" } }, { autonomy: undefined })).toEqual({ tool: { description: "Sends" } });
  expect(changed({ tool: { description: "Sends" } }, { description: "" })).toEqual({});
});
