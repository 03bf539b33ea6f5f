import { describe, expect, test } from "vitest";
import { runIdSchema } from "#runtime/graph/ids.ts";
import { applyEvent } from "#runtime/run/apply-event.ts";
import { createRunState } from "#runtime/run/create-run-state.ts";
import type { RunEvent } from "#runtime/run/events.ts";
import { nodeKey } from "#runtime/run/run-state.ts";
import { writeSnapshot } from "#runtime/run/snapshot.ts";
import { sampleId, samplePlan } from "#runtime/testing/sample-nodes.ts";
import { simulate } from "#runtime/testing/simulate.ts";
import { createReplay } from "./replay.ts";
import { createRunRecord, recordEvent } from "./run-record.ts";

const each = sampleId("each");
const work = sampleId("work");
const plan = samplePlan(
  {
    list: { type: "sample-step" },
    each: { type: "sample-each" },
    work: { type: "sample-need", parent: each },
    later: { type: "sample-need", parent: each },
  },
  ["list > each.items", "each.item > work", "work > later", "later > each.result"],
);
const inline = (value: number) => ({ type: "inline" as const, value });

/** A run of a container with so many iterations: six events for each. */
function logOf(iterations: number): RunEvent[] {
  const created: RunEvent = { type: "run-created", run: runIdSchema.parse("run_1"), input: {}, actor: "local", seq: 1, at: "2026-01-01T00:00:00.000Z" };
  const items = Array.from({ length: iterations }, (_, index) => index);
  const given = { item: { type: "inline" as const, value: items }, index: { type: "inline" as const, value: items } };
  let isOpened = false;
  const { events } = simulate(
    plan,
    ({ node, path }) => {
      if (node !== each) return { type: "node-succeeded", node, path, outputs: { value: inline(path[0] ?? 0) } };
      if (isOpened) return { type: "node-succeeded", node, path, outputs: { results: inline(iterations) } };
      isOpened = true;
      return { type: "iterations-opened", node, path, first: 0, count: iterations, given, concurrency: 4, onFailure: "go-on" };
    },
    applyEvent(createRunState(plan), created),
  );
  return [created, ...events];
}

const short = logOf(100);

function foldTo(seq: number) {
  const record = createRunRecord();
  let state = createRunState(plan);
  for (const event of short.slice(0, seq)) {
    state = applyEvent(state, event);
    recordEvent(record, event, state);
  }
  return { text: writeSnapshot(state), record };
}

describe("a replay", () => {
  test("shows each place as a fold of the events up to it, in whatever order they are asked for", () => {
    expect(short.length).toBeGreaterThan(500);
    const replay = createReplay(plan, short);
    const places = [short.length, 3, 251, 250, 249, 0, 1, 500, 40, 260, short.length - 1, 252];
    for (const seq of places) {
      const { state, record } = replay.at(seq);
      const expected = foldTo(seq);
      expect(writeSnapshot(state), `at ${seq}`).toBe(expected.text);
      expect(record, `at ${seq}`).toEqual(expected.record);
    }
  });

  test("beyond its ends it stays at them, and it follows a log that grows", () => {
    const log = short.slice(0, 300);
    const replay = createReplay(plan, log);
    expect(replay.at(-5).state.seq).toBe(0);
    expect(replay.at(10_000).state.seq).toBe(300);
    log.push(...short.slice(300));
    expect(replay.at(10_000).state.phase.type).toBe("finished");
    expect(replay.at(10).state.seq).toBe(10);
  });

  test("counts what has crossed the wires inside of a container by then", () => {
    const replay = createReplay(plan, short);
    const crossed = (seq: number) => replay.at(seq).record.crossed.get(work)?.get("value") ?? 0;
    expect(crossed(short.length)).toBe(100);
    expect(crossed(5)).toBe(0);
    const middle = crossed(Math.floor(short.length / 2));
    expect(middle).toBeGreaterThan(10);
    expect(middle).toBeLessThan(90);
    expect(replay.at(short.length).record.crossed.get(each)?.get("item")).toBe(100);
    expect(replay.at(short.length).state.nodes.get(nodeKey(each, []))?.state).toBe("succeeded");
  });

  test("goes to any place of a run of 48,000 events for a small part of what folding it costs", () => {
    const log = logOf(8_100);
    expect(log.length).toBeGreaterThan(48_000);
    const replay = createReplay(plan, log);
    const begun = performance.now();
    replay.at(log.length);
    const whole = performance.now() - begun;
    const seeks = Array.from({ length: 21 }, (_, index) => {
      const start = performance.now();
      replay.at((index * 7_919 + 31) % log.length);
      return performance.now() - start;
    }).sort((one, other) => one - other);
    // 475 ms and 3 ms on a quiet machine
    expect((seeks[10] ?? whole) * 15).toBeLessThan(whole);
  });
});
