import { describe, expect, it } from "vitest";
import type { IterationResult } from "#runtime/node/outcome.ts";
import { createFakeContext, type FakeContext } from "../kit/testing/fake-context.ts";
import { runExample } from "../kit/testing/run-example.ts";
import execute from "./execute.ts";
import { loop } from "./node.ts";

const carry = [
  { id: "a", name: "text", type: "text" },
  { id: "b", name: "score", type: "number" },
];

/** Runs a loop the way the engine does: each round enters `execute` anew, with what the steps recorded and no more. */
function createLoop(config: object, inputs: Record<string, string | number> = { text: "a", score: 0 }) {
  const recorded: FakeContext["recorded"] = new Map();
  let rounds = 0;
  const enter = (iterations?: readonly IterationResult[]) =>
    runExample(execute, { config: { carry, ...config }, inputs }, createFakeContext({ recorded, ...(iterations && { iterations }) }));
  return {
    recorded,
    begin: () => enter(),
    end: (taken: Record<string, unknown>) => enter([{ index: rounds++, state: "succeeded", taken }]),
    /** Enters once more for the round that ended last, as after a crash. */
    again: (taken: Record<string, unknown>) => enter([{ index: rounds - 1, state: "succeeded", taken }]),
    fail: () => enter([{ index: rounds, state: "failed", taken: {}, failure: { code: "code", message: "It threw.", happened: "no" } }]),
  };
}

const round = (number: number, text: string | null, score: number | null) => ({
  type: "iterate",
  request: { count: 1, given: { this_text: [text], this_score: [score], round: [number] }, concurrency: 1, onFailure: "stop" },
});

describe("loop", () => {
  it("hands each round what the one before handed back", async () => {
    const { begin, end } = createLoop({ maxRounds: 3 });
    expect(await begin()).toEqual(round(1, "a", 0));
    expect(await end({ next_text: "b", next_score: 0.5 })).toEqual(round(2, "b", 0.5));
    expect(await end({ next_text: "c", next_score: 0.6 })).toEqual(round(3, "c", 0.6));
    expect(await end({ next_text: "d", next_score: 0.7 })).toEqual({ type: "done", outputs: { text: "d", score: 0.7, rounds: 3, finished: false } });
  });

  it("keeps a value that did not come back, over any number of rounds, and takes null for a value", async () => {
    const { begin, end } = createLoop({ maxRounds: 9 });
    await begin();
    expect(await end({ next_score: 1 })).toEqual(round(2, "a", 1));
    expect(await end({})).toEqual(round(3, "a", 1));
    expect(await end({ next_text: null })).toEqual(round(4, null, 1));
    expect(await end({ done: true })).toEqual({ type: "done", outputs: { text: null, score: 1, rounds: 4, finished: true } });
  });

  it("ends by its condition, or when the body says so", async () => {
    const byCondition = createLoop({ until: "next.score >= 0.8 && round > 1" });
    await byCondition.begin();
    expect(await byCondition.end({ next_score: 0.9 })).toEqual(round(2, "a", 0.9));
    expect(await byCondition.end({})).toEqual({ type: "done", outputs: { text: "a", score: 0.9, rounds: 2, finished: true } });
    const byBody = createLoop({});
    await byBody.begin();
    expect(await byBody.end({ done: false })).toMatchObject({ type: "iterate" });
    expect(await byBody.end({ done: true })).toMatchObject({ outputs: { finished: true, rounds: 2 } });
  });

  it("fails after the last round where it is to", async () => {
    const { begin, end } = createLoop({ maxRounds: 1, onLimit: "fail" });
    await begin();
    expect(await end({})).toMatchObject({ type: "failed", failure: { code: "limit", message: "The loop was not done after 1 round." } });
  });

  it("fails as its round did", async () => {
    const { begin, end, fail } = createLoop({});
    await begin();
    await end({});
    expect(await fail()).toMatchObject({ type: "failed", failure: { code: "code", message: "It threw.", happened: "no", details: { index: 1 } } });
  });

  it("asks for the same round when it is entered again after a crash", async () => {
    const { begin, end, again } = createLoop({});
    expect(await begin()).toEqual(await begin());
    const second = await end({ next_text: "b" });
    expect(await again({ next_text: "b" })).toEqual(second);
    expect(second).toEqual(round(2, "b", 0));
  });

  it("does not go on from what it does not know", async () => {
    const { begin, end, recorded } = createLoop({});
    await begin();
    recorded.clear();
    expect(await end({})).toMatchObject({ type: "failed", failure: { code: "unexpected" } });
  });

  it.each([
    ["next.score", "validation"],
    ["next.nothing > 1", "expression"],
    ["round > 'a'", "expression"],
  ])("fails where the condition %s cannot be told", async (until, code) => {
    const { begin, end } = createLoop({ until });
    await begin();
    expect(await end({ next_score: 1 })).toMatchObject({ type: "failed", failure: { code } });
  });
});

describe("the settings of a loop", () => {
  const check = (config: object) => loop.check?.(loop.config.parse({ carry, ...config }), {}) ?? [];

  it.each([
    "next.score >= 0.8",
    "{{ next.score >= 0.8 }}",
    "round > 2 // enough",
    '["}}", next.text].exists(item, item == "x")',
    "has(next.text) && next.text.contains(')')",
  ])("takes the condition %s", (until) => {
    expect(check({ until })).toEqual([]);
  });

  it.each([
    ["next.score >=", /./],
    ["next.scor > 1", /No carried value is called "scor"/],
    ["score > 1", /score/],
    ["inputs.score > 1", /Only what came back/],
    ["item.next.score > 1", /Only what came back/],
    ["true), (false", /./],
    ["true ]) + [1].map(x, x", /./],
    ["{{ round }} of {{ round }}", /one expression/],
  ])("says what is wrong with the condition %s", (until, message) => {
    expect(check({ until })).toMatchObject([{ path: "/until", message: expect.stringMatching(message) }]);
  });

  it.each(["", "round", "done", "rounds", "finished", "next_a", "this_a", "a-b", "1a", "failure", "score"])("refuses the name %j", (name) => {
    expect(check({ carry: [...carry, { id: "c", name, type: "any" }] })).toMatchObject([{ path: "/carry/2/name" }]);
  });

  it("has ports of its own on each side, whatever the names", () => {
    const config = loop.config.parse({ carry: ["round", "done", "value", "value", "this_value"].map((name, index) => ({ id: `c${index}`, name })) });
    const { inputs, outputs } = loop.ports(config, {});
    const body = loop.body?.(config, {});
    expect(Object.keys(inputs)).toEqual(["value"]);
    expect(Object.keys(outputs)).toEqual(["value", "rounds", "finished"]);
    expect(Object.keys(body?.gives ?? {})).toEqual(["this_value", "round"]);
    expect(Object.keys(body?.takes ?? {})).toEqual(["next_value", "done"]);
  });
});
