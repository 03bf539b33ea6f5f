import { describe, expect, test } from "vitest";
import type { RunId } from "#runtime/graph/ids.ts";
import { done } from "#runtime/node/outcome.ts";
import { sampleGraph } from "#runtime/testing/sample-nodes.ts";
import { createSlots, type Slots, type SlotTaker } from "./slots.ts";
import { actingNode } from "./testing/acting-node.ts";
import { testEngines } from "./testing/test-engines.ts";

const { boot } = testEngines();

const taker = (run: string, workspace = "one"): SlotTaker => ({ run: run as RunId, workspace });

/** A run that wants so many places, one after the other, and notes whenever it gets one. */
function greedy(slots: Slots, { who, wants, order }: { who: SlotTaker; wants: number; order: string[] }) {
  let left = wants;
  const ask = () => {
    while (left > 0 && slots.take(who, ask)) {
      left -= 1;
      order.push(who.run);
    }
    if (left === 0) slots.forget(who);
  };
  ask();
}

describe("places", () => {
  test("go to the runs in turn, however many one of them wants", () => {
    const slots = createSlots(2);
    const order: string[] = [];
    for (const run of ["a", "b", "c"]) greedy(slots, { who: taker(run), wants: 4, order });
    for (let ended = 0; ended < 12; ended++) {
      expect(slots.inUse()).toBeLessThanOrEqual(2);
      slots.release();
    }
    expect(order.join("")).toBe("aaabcabcbcbc");
    expect(slots.inUse()).toBe(0);
  });

  test("go to the workspaces in turn, however many runs one of them has", () => {
    const slots = createSlots(1);
    const order: string[] = [];
    for (const run of ["a1", "a2", "a3"]) greedy(slots, { who: taker(run, "a"), wants: 2, order });
    greedy(slots, { who: taker("b1", "b"), wants: 3, order });
    for (let ended = 0; ended < 9; ended++) slots.release();
    // the first was free when it came, and a has waited for longest; from then on every other place is b's
    expect(order).toEqual(["a1", "a1", "b1", "a2", "b1", "a3", "b1", "a2", "a3"]);
  });

  test("that are promised to one run are not taken by another", () => {
    const slots = createSlots(1);
    const called: string[] = [];
    expect(slots.take(taker("a"), () => called.push("a"))).toBe(true);
    expect(slots.take(taker("b"), () => called.push("b"))).toBe(false);
    slots.release();
    expect(called).toEqual(["b"]);
    expect(slots.take(taker("c"), () => called.push("c"))).toBe(false);
    expect(slots.take(taker("b"), () => called.push("b"))).toBe(true);
    expect(slots.inUse()).toBe(1);
    slots.release();
    expect(called).toEqual(["b", "c"]);
  });

  test("that are promised to a run that wants none any more go to the next one", () => {
    const slots = createSlots(1);
    const called: string[] = [];
    slots.take(taker("a"), () => undefined);
    for (const run of ["b", "c", "d"]) slots.take(taker(run), () => called.push(run));
    slots.forget(taker("c"));
    slots.release();
    expect(called).toEqual(["b"]);
    slots.forget(taker("b"));
    expect(called).toEqual(["b", "d"]);
    slots.forget(taker("d"));
    slots.forget(taker("never asked"));
    expect(slots.take(taker("e"), () => undefined)).toBe(true);
  });

  test("are never more than there are, whoever asks, takes, gives back and forgets", () => {
    const slots = createSlots(3);
    const names = Array.from({ length: 8 }, (_, index) => taker(`r${index}`, `w${index % 3}`));
    const held: string[] = [];
    const told: string[] = [];
    let seed = 7;
    const next = (below: number) => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % below;
    };
    for (let turn = 0; turn < 20_000; turn++) {
      const who = names[next(names.length)] ?? taker("r0");
      const what = next(10);
      if (what < 5 && slots.take(who, () => told.push(who.run))) held.push(who.run);
      else if (what >= 5 && what < 9 && held.length > 0) {
        held.splice(next(held.length), 1);
        slots.release();
      } else if (what === 9) slots.forget(who);
      expect(slots.inUse()).toBe(held.length);
      expect(held.length).toBeLessThanOrEqual(3);
    }
    expect(told.length).toBeGreaterThan(100);
    // nothing is lost on the way: when all are back and nobody waits, all three can be had
    for (const who of names) slots.forget(who);
    for (const _ of held) slots.release();
    for (const who of names) slots.forget(who);
    expect(names.slice(0, 3).map((who) => slots.take(who, () => undefined))).toEqual([true, true, true]);
  });
});

test("two runs with many slow nodes get on side by side, and never more nodes run than the process allows", { timeout: 60_000 }, async () => {
  let active = 0;
  let most = 0;
  const begun: string[] = [];
  const slow = actingNode({
    slow: async ({ context }) => {
      active += 1;
      most = Math.max(most, active);
      begun.push(context.run.id);
      await new Promise((resolve) => setTimeout(resolve, 20));
      active -= 1;
      return done({ value: 1 });
    },
  });
  const { engine, startGraph, finished, runs } = boot({ nodes: [slow], concurrency: 2 });
  await engine.start();
  const names = Array.from({ length: 20 }, (_, index) => `n${index}`);
  const graph = sampleGraph(Object.fromEntries(names.map((name) => [name, { type: "test-act", config: { act: "slow" } }])), []);
  const [first, second] = await Promise.all([startGraph(graph), startGraph(graph)]);
  await Promise.all([finished(first.id), finished(second.id)]);
  expect([(await runs.summary(first.id)).state, (await runs.summary(second.id)).state]).toEqual(["succeeded", "succeeded"]);
  expect(most).toBe(2);
  expect(begun).toHaveLength(40);
  // once both have come, they take turns: of any six in a row at most four are of one run
  const both = begun.slice(Math.max(begun.indexOf(first.id), begun.indexOf(second.id)));
  const shared = both.slice(0, both.length - 8);
  expect(shared.length).toBeGreaterThan(20);
  for (let at = 0; at + 6 <= shared.length; at++) expect(shared.slice(at, at + 6).filter((run) => run === first.id).length, `from ${at}`).toSatisfy(isShared);
});

function isShared(count: number): boolean {
  return count >= 2 && count <= 4;
}
