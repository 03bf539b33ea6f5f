import { describe, expect, it } from "vitest";
import { nodeIdSchema } from "#runtime/graph/ids.ts";
import { createBoundedNames, createListedNames } from "./bounded-names.ts";
import { measure } from "./measure.ts";
import type { NodeEnded } from "./run-facts.ts";

const [early, late] = ["2026-01-01T00:00:00.000Z", "2026-01-01T00:00:02.500Z"] as const;
const nodeTypeOf = () => "sample-step";
const ended: NodeEnded = {
  type: "node-ended",
  node: nodeIdSchema.parse("node_a"),
  path: [],
  startedAt: early,
  endedAt: late,
  state: "failed",
  attempts: 1,
  notes: [],
  parts: [],
  children: [],
};

describe("measure", () => {
  it("tells seconds from beginning to end", () => {
    expect(measure({ type: "run-ended", startedAt: early, endedAt: late, state: "failed", notes: [] }, nodeTypeOf)).toEqual([
      { type: "run", state: "failed", seconds: 2.5 },
    ]);
    expect(measure(ended, nodeTypeOf)).toEqual([{ type: "node", nodeType: "sample-step", state: "failed", seconds: 2.5 }]);
  });

  it("counts a node that never started, without a duration", () => {
    const { startedAt: _, ...skipped } = ended;
    expect(measure({ ...skipped, state: "skipped" }, nodeTypeOf)).toEqual([{ type: "node", nodeType: "sample-step", state: "skipped" }]);
  });

  it("never tells less than 0, whatever clocks say", () => {
    expect(measure({ ...ended, startedAt: late, endedAt: early }, nodeTypeOf)).toMatchObject([{ seconds: 0 }]);
  });

  it("tells dollars, and tokens where there are some", () => {
    expect(measure({ type: "cost-settled", charge: { amount: 0.5 } }, nodeTypeOf)).toEqual([{ type: "cost", dollars: 0.5 }]);
    expect(measure({ type: "cost-settled", charge: { amount: 0, model: "claude", inputTokens: 3, outputTokens: -1 } }, nodeTypeOf)).toEqual([
      { type: "cost", dollars: 0 },
      { type: "tokens", model: "claude", kind: "input", count: 3 },
    ]);
  });
});

describe("names that become labels", () => {
  it("are bounded in number and length", () => {
    const name = createBoundedNames(2);
    expect(["a", "b", "c", "a", "x".repeat(500)].map(name)).toEqual(["a", "b", "other", "a", "other"]);
    expect(createBoundedNames(1)("x".repeat(500))).toHaveLength(100);
  });

  it("are taken from a list", () => {
    const name = createListedNames(["sample-step"]);
    expect([name("sample-step"), name("invented"), name(undefined)]).toEqual(["sample-step", "other", "other"]);
  });
});
