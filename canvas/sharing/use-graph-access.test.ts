import { expect, it } from "vitest";
import { ofShare } from "./use-graph-access.ts";

it("a share lets somebody do what its level says and nothing more", () => {
  expect(ofShare("view", "graph.read", "Told.")).toBeUndefined();
  expect(ofShare("view", "graph.edit", "Told.")).toBe("Told. Ask whoever shared it with you.");
  expect(ofShare("edit", "graph.edit", "Told.")).toBeUndefined();
  expect(ofShare("edit", "run.read", "Told.")).toBeUndefined();
  for (const action of ["graph.publish", "graph.run", "graph.share", "installation.manage"] as const) expect(ofShare("edit", action, "Told.")).toContain("Ask");
});
