import type { RunEventBody } from "../run/events.ts";
import type { Failure } from "../run/failure.ts";
import { instant, type Scenario } from "./record-run.ts";
import { sampleId, samplePlan } from "./sample-nodes.ts";

const step = { type: "sample-step" };
const need = { type: "sample-need" };
const entry = { type: "sample-entry" };
const exit = { type: "sample-exit" };
const branch = { type: "sample-branch" };
const join = { type: "sample-merge" };
const first = { type: "sample-merge", config: { mode: "first" } };
const of = (effect: "pure" | "read" | "write") => ({ type: "sample-step", config: { effect } });

const at = (name: string) => ({ node: sampleId(name), path: [] });
const yields = (name: string, outputs: Record<string, number>): RunEventBody => ({
  type: "node-succeeded",
  ...at(name),
  outputs: Object.fromEntries(Object.entries(outputs).map(([port, value]) => [port, { type: "inline", value }])),
});
const fails = (name: string, attempt: number, failure: Partial<Failure> = {}): RunEventBody => ({
  type: "attempt-failed",
  ...at(name),
  attempt,
  failure: { code: "network", message: "The other side hung up.", happened: "unknown", ...failure },
});
const due = (name: string): RunEventBody => ({ type: "retry-due", ...at(name) });
const lost = { code: "worker-lost", message: "The process that ran this ended." } as const;
const stops = (state: "cancelled" | "timed-out", reason: string): RunEventBody => ({ type: "run-stopping", state, reason, actor: "tester" });
const decides = (name: string, decision: "happened" | "again"): RunEventBody => ({
  type: "uncertainty-decided",
  ...at(name),
  decision,
  outputs: decision === "happened" ? { value: { type: "inline", value: 7 } } : {},
  note: "looked it up",
  actor: "tester",
});

/** What is recorded in `runtime/run/recordings`, by file name. */
export const recordedScenarios: Readonly<Record<string, Scenario>> = {
  chain: {
    title: "one node after the other, one of them disabled, one reading another without a wire",
    plan: samplePlan(
      { start: entry, a: step, off: { ...step, disabled: true }, b: { ...step, config: { yields: "{{ nodes.node_a.value + 1 }}" } }, end: exit, unused: entry },
      ["start > a", "a > off", "off > end"],
    ),
    after: {
      a: [
        [
          { type: "node-logged", ...at("a"), lines: [{ at: instant(4), level: "info", message: "attempt 1" }] },
          { type: "step-started", ...at("a"), step: "look", effect: "read", inputHash: "0".repeat(8) },
          { type: "step-finished", ...at("a"), step: "look", result: { type: "inline", value: { found: 3 } } },
          yields("a", { value: 3 }),
        ],
      ],
    },
  },
  "branch-and-skip": {
    title: "the path that is not taken is skipped to its end, and the join goes on with what came",
    plan: samplePlan({ branch, left: need, right: need, beyond: need, join, end: exit }, [
      "branch.left > left",
      "branch.right > right",
      "right > beyond",
      "left > join.values",
      "beyond > join.values",
      "join.values > end",
    ]),
    after: { branch: [[yields("branch", { left: 1 })]] },
  },
  "merge-all-and-first": {
    title: "one join waits for all, the other goes with the first; the slow source ends later and starts nothing again",
    plan: samplePlan({ quick: step, slow: step, all: join, first, after: need }, [
      "quick > all.values",
      "slow > all.values",
      "quick > first.values",
      "slow > first.values",
      "first.values > after",
    ]),
    after: { slow: [[]] },
    later: [yields("slow", { value: 2 })],
  },
  retry: {
    title: "a read fails twice and then yields; what does not depend on it goes on meanwhile",
    plan: samplePlan({ a: of("read"), aside: step, b: need }, ["a > b"]),
    after: { a: [[fails("a", 1)], [fails("a", 2, { code: "http-status", details: { status: 503 }, retryAfterMs: 2_000 })], [yields("a", { value: 5 })]] },
    later: [due("a"), due("a")],
  },
  "wait-and-reentry": {
    title: "a node waits for an instant and is entered again, in the same attempt",
    plan: samplePlan({ a: step, b: need }, ["a > b"]),
    after: { a: [[{ type: "node-waiting", ...at("a"), request: { kind: "time", name: "pause", until: instant(500) } }], [yields("a", { value: 1 })]] },
    later: [{ type: "wait-answered", ...at("a"), name: "pause", answer: { kind: "time", at: instant(500) }, actor: "clock" }],
  },
  "failure-branch": {
    title: "one node leaves through its failure port, one goes on with its default, one fails the run and spares a write under way",
    plan: samplePlan(
      {
        a: { ...step, policy: { onFailure: "branch" } },
        handler: need,
        b: { ...step, policy: { onFailure: "continue", default: 0 } },
        c: step,
        write: of("write"),
        never: need,
      },
      ["a.failure > handler", "a > never"],
    ),
    after: {
      a: [[fails("a", 1, { code: "validation", happened: "no" })]],
      b: [[fails("b", 1, { code: "validation", happened: "no" })]],
      c: [[fails("c", 1, { code: "auth", happened: "no" })]],
      write: [[], []],
    },
    later: [yields("write", { value: 1 })],
  },
  "uncertain-and-decided": {
    title: "a write ends without proof twice: a person says again, then that it happened",
    plan: samplePlan({ a: of("write"), end: exit }, ["a > end"]),
    after: { a: [[fails("a", 1)], [fails("a", 2, lost)]] },
    later: [decides("a", "again"), decides("a", "happened")],
  },
  cancel: {
    title: "cancelled while one node runs, one waits and one has not begun",
    plan: samplePlan({ running: of("read"), waiting: step, next: need }, ["running > next"]),
    after: {
      running: [[]],
      waiting: [[{ type: "node-waiting", ...at("waiting"), request: { kind: "time", name: "pause", until: instant(500) } }, stops("cancelled", "enough")]],
    },
    later: [fails("running", 1, { code: "cancelled", message: "The run was stopped." })],
  },
  "hold-and-resume": {
    title: "held while a node runs: it may end, nothing new starts until the run is resumed",
    plan: samplePlan({ a: step, b: need }, ["a > b"]),
    after: { a: [[{ type: "run-held", reason: "lunch", actor: "tester" }, yields("a", { value: 1 })]] },
    later: [{ type: "run-resumed", actor: "tester" }],
  },
  "timed-out": {
    title: "out of time with a write that does not answer",
    plan: samplePlan({ a: of("write"), b: need }, ["a > b"]),
    after: { a: [[stops("timed-out", "The run took longer than 1000 ms."), fails("a", 1, { code: "timeout" })]] },
  },
  "lost-three-times": {
    title: "a step whose process is lost three times fails; the losses are not counted as attempts",
    plan: samplePlan({ a: of("read") }, []),
    after: { a: [[fails("a", 1, lost)], [fails("a", 2, lost)], [fails("a", 3, lost)]] },
    later: [due("a"), due("a")],
  },
};
