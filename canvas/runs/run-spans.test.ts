import { expect, test } from "vitest";
import { runIdSchema } from "#runtime/graph/ids.ts";
import type { RunEvent, RunEventBody } from "#runtime/run/events.ts";
import { nodeKey } from "#runtime/run/run-state.ts";
import { sampleId } from "#runtime/testing/sample-nodes.ts";
import { eventAt, playedBy, playTimes } from "./play-time.ts";
import { addToSpans, createRunSpans, rowsOf } from "./run-spans.ts";

const begin = Date.parse("2026-01-01T00:00:00.000Z");
const [a, b] = [sampleId("a"), sampleId("b")];
const failure = { code: "network" as const, message: "Gone.", happened: "no" as const };

function log(...bodies: [ms: number, body: RunEventBody][]): RunEvent[] {
  return bodies.map(([ms, body], index) => ({ ...body, seq: index + 1, at: new Date(begin + ms).toISOString() }));
}

function spansOf(events: readonly RunEvent[]) {
  const spans = createRunSpans();
  for (const event of events) addToSpans(spans, event);
  return spans;
}

const at = (node: typeof a, path: number[] = []) => ({ node, path });
const started = (node: typeof a, attempt = 1, path: number[] = []): RunEventBody => ({ type: "node-started", ...at(node, path), attempt, effect: "pure" });
const succeeded = (node: typeof a, path: number[] = []): RunEventBody => ({ type: "node-succeeded", ...at(node, path), outputs: {} });
const created: RunEventBody = { type: "run-created", run: runIdSchema.parse("run_1"), input: {}, actor: "local" };

test("each attempt is a span, and so is what lies between two of them", () => {
  const spans = spansOf(
    log(
      [0, created],
      [10, started(a)],
      [30, { type: "attempt-failed", ...at(a), attempt: 1, failure }],
      [30, { type: "node-retrying", ...at(a), dueAt: new Date(begin + 100).toISOString() }],
      [100, { type: "retry-due", ...at(a) }],
      [101, started(a, 2)],
      [150, succeeded(a)],
    ),
  );
  const run = spans.byKey.get(nodeKey(a, []));
  expect(run).toMatchObject({ from: begin + 10, to: begin + 150, end: "succeeded" });
  expect(run?.spans).toEqual([
    { kind: "running", from: begin + 10, to: begin + 30, attempt: 1, failed: true },
    { kind: "retrying", from: begin + 30, to: begin + 100, attempt: 0 },
    { kind: "running", from: begin + 101, to: begin + 150, attempt: 2 },
  ]);
});

test("a wait is a span of its own, and what goes on has no end until the run has", () => {
  const events = log(
    [0, created],
    [1, started(a)],
    [5, { type: "node-waiting", ...at(a), request: { kind: "time", name: "t", until: "2026-01-01T00:01:00.000Z" } }],
  );
  const spans = spansOf(events);
  expect(spans.byKey.get(nodeKey(a, []))?.spans).toEqual([
    { kind: "running", from: begin + 1, to: begin + 5, attempt: 1 },
    { kind: "waiting", from: begin + 5, attempt: 0 },
  ]);
  addToSpans(spans, { type: "run-finished", state: "killed", output: {}, seq: 4, at: new Date(begin + 50).toISOString() });
  expect(spans.byKey.get(nodeKey(a, []))).toMatchObject({ end: "cancelled", to: begin + 50, spans: [{}, { to: begin + 50 }] });
  expect(spans.isOver).toBe(true);
});

test("iterations of a node stand in one row, or in a row each", () => {
  const spans = spansOf(log([0, created], [1, started(a)], [2, started(b, 1, [0])], [3, started(b, 1, [1])], [4, succeeded(b, [0])]));
  expect(rowsOf(spans, true).map(({ id, runs }) => [id, runs.length])).toEqual([
    [a, 1],
    [b, 2],
  ]);
  expect(rowsOf(spans, false).map(({ id }) => id)).toEqual([a, `${b}[0]`, `${b}[1]`]);
});

test("what was taken over stands at its moment, without a span", () => {
  const spans = spansOf(log([0, created], [7, { type: "node-reused", ...at(a), outputs: {}, reason: "cache" }]));
  expect(spans.byKey.get(nodeKey(a, []))).toEqual({ key: a, node: a, path: [], from: begin + 7, spans: [], end: "reused", to: begin + 7 });
});

test("a run is played at its own speed, but for long pauses", () => {
  const events = log([0, created], [100, started(a)], [3_600_100, succeeded(a)], [3_600_200, started(b)]);
  const times = playTimes(events);
  expect([...times]).toEqual([0, 100, 1_600, 1_700]);
  expect([-1, 0, 99, 100, 1_599, 1_600, 9_999].map((time) => playedBy(times, time))).toEqual([0, 1, 1, 2, 2, 3, 4]);
  expect([-1, 0, 3_600_100, 9e9].map((ms) => eventAt(events, begin + ms))).toEqual([0, 1, 3, 4]);
});
