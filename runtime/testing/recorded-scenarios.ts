import { runIdSchema } from "../graph/ids.ts";
import { instant, type Scenario } from "./record-run.ts";
import { recordedContainerScenarios } from "./recorded-container-scenarios.ts";
import { sampleId, samplePlan } from "./sample-nodes.ts";
import { at, branch, child, decides, dollars, due, entry, exit, fails, first, join, lost, need, of, step, stops, yields } from "./scenario-events.ts";

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
  ...recordedContainerScenarios,
  "child-runs": {
    title: "a node waits for a run that succeeds, one for a run that fails, and one is cancelled while it waits",
    plan: samplePlan({ a: step, b: { ...step, policy: { onFailure: "continue", default: 0 } }, c: step, end: exit }, ["a > end"]),
    after: {
      a: [[{ type: "child-opened", ...at("a"), ...child }], [yields("a", { value: 4 })]],
      b: [[{ type: "child-opened", ...at("b"), ...child, run: runIdSchema.parse("run_failed") }], [fails("b", 1, { code: "code", happened: "no" })]],
      c: [[{ type: "child-opened", ...at("c"), ...child, run: runIdSchema.parse("run_endless") }]],
    },
    later: [
      {
        type: "child-finished",
        ...at("a"),
        name: child.name,
        run: child.run,
        state: "succeeded",
        outputs: { result: { type: "inline", value: 4 } },
        cost: 0.5,
      },
      {
        type: "child-finished",
        ...at("b"),
        name: child.name,
        run: runIdSchema.parse("run_failed"),
        state: "failed",
        outputs: {},
        failure: { code: "code", message: "It did not work.", happened: "no" },
        cost: 0,
      },
      stops("cancelled", "enough"),
    ],
  },
  budget: {
    title: "one node spends what there is, one waits until the budget is raised, one is refused",
    plan: { ...samplePlan({ a: step, b: step, c: { ...step, policy: { onFailure: "branch" } }, d: need }, ["c.failure > d"]), settings: { budget: 1 } },
    after: {
      a: [[dollars("cost-reserved", "a", 0.8), dollars("cost-settled", "a", 0.7), yields("a", { value: 1 })]],
      b: [
        [{ type: "node-waiting", ...at("b"), request: { kind: "budget", name: "budget:call", amount: 0.5 } }],
        [dollars("cost-reserved", "b", 0.5), yields("b", { value: 1 })],
      ],
      c: [
        [{ type: "node-waiting", ...at("c"), request: { kind: "budget", name: "budget:call", amount: 9 } }],
        [fails("c", 1, { code: "budget", message: "The run's budget was not raised for this.", happened: "no" })],
      ],
    },
    later: [
      { type: "budget-changed", budget: 2, actor: "tester" },
      { type: "wait-answered", ...at("b"), name: "budget:call", answer: { kind: "budget", at: instant(30), decision: "raised" }, actor: "tester" },
      { type: "wait-answered", ...at("c"), name: "budget:call", answer: { kind: "budget", at: instant(31), decision: "refused" }, actor: "tester" },
    ],
  },
  reused: {
    title: "results that are pinned, taken over from another run, or found again stand in for nodes; one node is left out",
    plan: samplePlan({ start: entry, a: need, b: need, cached: need, out: need, end: exit }, [
      "start > a",
      "start > b",
      "b > cached",
      "start > out",
      "cached > end",
    ]),
    after: {
      start: [
        [
          { type: "node-reused", ...at("a"), outputs: { value: { type: "inline", value: 2 } }, reason: "pinned" },
          {
            type: "node-reused",
            ...at("b"),
            outputs: { value: { type: "inline", value: 3 } },
            reason: "recorded",
            from: { run: runIdSchema.parse("run_earlier"), node: sampleId("b") },
          },
          { type: "node-skipped", ...at("out"), reason: "left-out", outputs: {} },
          yields("start", { value: 1 }),
        ],
      ],
      cached: [
        [
          {
            type: "node-reused",
            ...at("cached"),
            outputs: { value: { type: "inline", value: 4 } },
            reason: "cache",
            from: { run: runIdSchema.parse("run_earlier"), node: sampleId("cached") },
          },
        ],
      ],
    },
  },
  callback: {
    title: "one call comes before the node waits for it, one while it does, and one never",
    plan: samplePlan({ early: step, late: step, never: step, end: exit }, ["early > end"]),
    after: {
      early: [
        [
          {
            type: "callback-received",
            ...at("early"),
            name: "hook",
            answer: { kind: "webhook", at: instant(5), request: { type: "inline", value: { body: 1 } } },
          },
          { type: "node-waiting", ...at("early"), request: { kind: "webhook", name: "hook" } },
        ],
      ],
      late: [[{ type: "node-waiting", ...at("late"), request: { kind: "webhook", name: "hook" } }]],
      never: [[{ type: "node-waiting", ...at("never"), request: { kind: "webhook", name: "hook", until: instant(40) } }]],
    },
    later: [
      {
        type: "wait-answered",
        ...at("late"),
        name: "hook",
        answer: { kind: "webhook", at: instant(30), request: { type: "inline", value: { body: 2 } } },
        actor: "webhook",
      },
      { type: "wait-answered", ...at("never"), name: "hook", answer: { kind: "time", at: instant(40) }, actor: "clock" },
    ],
  },
};
