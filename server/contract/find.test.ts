import { expect, it } from "vitest";
import { POLICIES } from "./access.ts";
import { findThings } from "./find.ts";

it.each(["graph.list", "connection.read", "workflow.read", "knowledge.read"] as const)("nobody finds what they may not see: %s", (action) => {
  // finding asks once for all kinds: it may be no wider than the list of each
  expect(POLICIES[findThings.action]).toEqual(POLICIES[action]);
});
