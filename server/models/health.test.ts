import { expect, it } from "vitest";
import { NodeError } from "#runtime/node/node-error.ts";
import { silentLogger } from "../logger.ts";
import { createModelHealth } from "./health.ts";

it("what calls show of a provider is written down when it changes, and only then", () => {
  const written: string[] = [];
  const health = createModelHealth({ store: { setState: async (id, { state }) => void written.push(`${id} ${state}`) }, logger: silentLogger });
  for (let calls = 0; calls < 3; calls++) health.answered("a");
  health.failed("a", new NodeError("http-status", "It asks to wait."));
  health.failed("a", new NodeError("timeout", "It fell silent."));
  health.failed("a", new NodeError("auth", "Its key is wrong."));
  health.failed("b", new NodeError("network", "Nothing listens there."));
  // these say nothing of the provider
  for (const code of ["limit", "validation", "cancelled", "not-found"] as const) health.failed("b", new NodeError(code, "no"));
  health.failed("b", new Error("a bug"));
  health.answered("a");
  expect(written).toEqual(["a green", "a yellow", "a red", "b red", "a green"]);
});
