import { describe, expect, test } from "vitest";
import { foldRun } from "#runtime/run/apply-event.ts";
import type { RunEvent, RunEventBody } from "#runtime/run/events.ts";
import type { RunState } from "#runtime/run/run-state.ts";
import { sampleId, samplePlan } from "#runtime/testing/sample-nodes.ts";
import { dueEvents, limitEvents, nextDeadline } from "./driver-timers.ts";

const BEGIN = Date.parse("2026-01-01T00:00:00.000Z");
const plain = samplePlan({ a: { type: "sample-step" } }, []);
const at = { node: sampleId("a"), path: [] };
const created: RunEventBody = { type: "run-created", run: "run_x" as never, input: {}, actor: "tester" };
const started: RunEventBody = { type: "node-started", ...at, attempt: 1, effect: "pure" };

/** A run whose events came a second apart. */
function runAfter(bodies: readonly RunEventBody[], settings: (typeof plain)["settings"] = {}): RunState {
  const events = bodies.map((body, index): RunEvent => ({ ...body, seq: index + 1, at: new Date(BEGIN + index * 1_000).toISOString() }));
  return foldRun({ ...plain, settings }, events);
}
const running = (settings: (typeof plain)["settings"] = {}) => runAfter([created, started], settings);
const given = { now: BEGIN + 2_000, bytes: 0, lastActivity: BEGIN + 2_000 };

describe("what ends a run", () => {
  test("nothing, while it keeps within its bounds", () => {
    expect(limitEvents({ ...running(), seq: 100_000 }, { ...given, bytes: 64 * 1024 * 1024 })).toEqual([]);
  });

  test("more than 100,000 events", () => {
    expect(limitEvents({ ...running(), seq: 100_001 }, given)).toEqual([
      { type: "run-stopping", state: "failed", reason: "The run recorded more than 100,000 events. Split the work over several runs.", actor: "clock" },
    ]);
  });

  test("more than 64 MiB", () => {
    const [event] = limitEvents(running(), { ...given, bytes: 64 * 1024 * 1024 + 1 });
    expect(event).toMatchObject({ state: "failed", reason: expect.stringContaining("64 MiB") });
  });

  test("its time limit, of which waiting is no part", () => {
    const settings = { timeoutMs: 5_000 };
    const limit = (state: RunState, now: number) => limitEvents(state, { ...given, now });
    expect(nextDeadline(running(settings), 0)).toBe(BEGIN + 6_000);
    expect(limit(running(settings), BEGIN + 5_999)).toEqual([]);
    expect(limit(running(settings), BEGIN + 6_000)).toMatchObject([{ state: "timed-out", reason: "The run took longer than 5000 ms." }]);
    const waiting: RunEventBody[] = [created, started, { type: "node-waiting", ...at, request: { kind: "webhook", name: "w" } }];
    expect(limit(runAfter(waiting, settings), BEGIN + 90_000)).toEqual([]);
    expect(nextDeadline(runAfter(waiting, settings), 0)).toBe(Number.POSITIVE_INFINITY);
  });

  test("silence, where the graph bounds it and something runs", () => {
    const settings = { idleTimeoutMs: 1_000 };
    const limit = (state: RunState, now: number) => limitEvents(state, { ...given, now, lastActivity: BEGIN + 2_000 });
    expect(nextDeadline(running(settings), BEGIN + 2_000)).toBe(BEGIN + 3_000);
    expect(limit(running(settings), BEGIN + 2_999)).toEqual([]);
    expect(limit(running(settings), BEGIN + 3_000)).toMatchObject([{ state: "timed-out", reason: "Nothing happened in the run for 1000 ms." }]);
    expect(limit(runAfter([created], settings), BEGIN + 90_000)).toEqual([]);
    expect(limit(running(), BEGIN + 90_000)).toEqual([]);
  });

  test("only once: a run that stops already is left alone", () => {
    const stopping = runAfter([created, started, { type: "run-stopping", state: "cancelled", reason: "enough", actor: "me" }]);
    expect(limitEvents({ ...stopping, seq: 200_000 }, given)).toEqual([]);
  });
});

test("waits end at their instant, and not when the run is being stopped", () => {
  const until = new Date(BEGIN + 60_000).toISOString();
  const waiting: RunEventBody[] = [
    created,
    started,
    { type: "node-waiting", ...at, request: { kind: "person", name: "ask", title: "?", decisions: ["yes"], until } },
  ];
  expect(dueEvents(runAfter(waiting), BEGIN + 59_999)).toEqual([]);
  expect(dueEvents(runAfter(waiting), BEGIN + 60_000)).toEqual([
    { type: "wait-answered", ...at, name: "ask", answer: { kind: "time", at: until }, actor: "clock" },
  ]);
  const stopping = runAfter([...waiting, { type: "run-stopping", state: "cancelled", reason: "enough", actor: "me" }]);
  expect(dueEvents(stopping, BEGIN + 60_000)).toEqual([]);
});
