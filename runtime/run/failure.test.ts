import { describe, expect, test } from "vitest";
import { NodeError } from "../node/node-error.ts";
import { decideFailure, failureSchema, toFailure } from "./failure.ts";

describe("toFailure", () => {
  const circle: Record<string, unknown> = {};
  circle.self = circle;
  test.each([
    ["details in a circle", new NodeError("tool", "no", { details: circle })],
    ["details with a BigInt", new NodeError("tool", "no", { details: { big: 1n } })],
    ["details beyond all measure", new NodeError("tool", "no", { details: { text: "x".repeat(1_000_000) } })],
    ["a delay that is no number", new NodeError("tool", "no", { retryAfterMs: Number.POSITIVE_INFINITY })],
    ["something without words", Object.create(null)],
    ["a symbol", Symbol("no")],
    ["nothing", undefined],
  ])("makes %s a failure that can be stored", (_, thrown) => {
    const failure = toFailure(thrown);
    expect(failureSchema.parse(JSON.parse(JSON.stringify(failure)))).toEqual(failure);
    expect(JSON.stringify(failure).length).toBeLessThan(100_000);
  });
});

describe("decideFailure", () => {
  const of = (code: "network" | "worker-lost" | "validation", happened: "no" | "unknown" = "unknown") => ({ code, message: "", happened });
  const read = { effect: "read" as const, attempt: 1, attempts: 3, losses: 0 };
  const write = { ...read, effect: "write" as const };
  test.each([
    { name: "a read that failed on its way", failure: of("network"), given: read, decision: "retry" },
    { name: "its last attempt", failure: of("network"), given: { ...read, attempt: 3 }, decision: "fail" },
    { name: "what is wrong in itself", failure: of("validation"), given: read, decision: "fail" },
    { name: "a write without proof", failure: of("network"), given: write, decision: "uncertain" },
    { name: "a write with proof", failure: of("network", "no"), given: write, decision: "retry" },
    { name: "a keyed write", failure: of("network"), given: { ...write, effect: "keyed" as const }, decision: "retry" },
    { name: "the third loss", failure: of("worker-lost"), given: { ...read, losses: 3 }, decision: "fail" },
    { name: "a stop in good order, whatever the count", failure: of("worker-lost", "no"), given: { ...write, attempt: 3 }, decision: "retry" },
  ])("$name: $decision", ({ failure, given, decision }) => {
    expect(decideFailure(failure, given).type).toBe(decision);
  });
});
