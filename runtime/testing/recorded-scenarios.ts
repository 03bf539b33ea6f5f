import { runIdSchema } from "../graph/ids.ts";
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

type Body<Type extends RunEventBody["type"]> = Extract<RunEventBody, { type: Type }>;

const inside = (name: string, path: number[]) => ({ node: sampleId(name), path });
const yieldsInside = (name: string, path: number[], outputs: Record<string, number>): RunEventBody => ({ ...yields(name, outputs), ...inside(name, path) });
const failsInside = (name: string, path: number[], failure: Partial<Failure>): RunEventBody => ({ ...fails(name, 1, failure), ...inside(name, path) });
const lists = (given: Record<string, number[]>): Body<"iterations-opened">["given"] =>
  Object.fromEntries(Object.entries(given).map(([port, value]) => [port, { type: "inline", value }]));
/** As many iterations as the first list has values. */
const opens = (name: string, given: Record<string, number[]>, more: Partial<Body<"iterations-opened">> = {}): RunEventBody => ({
  type: "iterations-opened",
  ...at(name),
  first: 0,
  count: Object.values(given)[0]?.length ?? 0,
  given: lists(given),
  concurrency: 2,
  onFailure: "stop",
  ...more,
});
const stopped = { code: "cancelled", message: "The run was stopped." } as const;
const wrong = { code: "validation", message: "This one does not fit.", happened: "no" } as const;
const each = { type: "sample-each" };
const inEach = { type: "sample-need", parent: sampleId("each") };
const eachEdges = ["list > each.items", "each.item > work", "work > each.result", "each.results > end"];
const child = { name: "call", run: runIdSchema.parse("run_child"), purpose: "call" } as const;
const dollars = (type: "cost-reserved" | "cost-settled", name: string, amount: number): RunEventBody => ({ type, ...at(name), name: "call", amount });

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
  "each-stops": {
    title: "a failed iteration stops the others, a read under way among them, and fails the container and the run",
    plan: samplePlan({ list: step, each, work: { ...of("read"), parent: sampleId("each") }, after: { ...inEach }, end: exit }, [
      "list > each.items",
      "each.item > work",
      "work > after",
      "after > each.result",
      "each.results > end",
    ]),
    after: {
      each: [
        [opens("each", { item: [1, 2, 3, 4], index: [0, 1, 2, 3] })],
        [fails("each", 1, { code: "tool", message: "An iteration failed.", happened: "no" })],
      ],
      work: [[failsInside("work", [0], wrong)], []],
    },
    later: [failsInside("work", [1], stopped)],
  },
  "each-goes-on": {
    title: "one iteration fails, one hands nothing back, the rest go on; the container yields what there is",
    plan: samplePlan({ list: step, each, split: { ...branch, parent: sampleId("each") }, work: inEach, end: exit }, [
      "list > each.items",
      "each.item > split",
      "split.left > work",
      "work > each.result",
      "each.results > end",
    ]),
    after: {
      each: [[opens("each", { item: [1, 2, 3], index: [0, 1, 2] }, { onFailure: "go-on", concurrency: 3 })], [yields("each", { results: 5 })]],
      split: [[yieldsInside("split", [0], { left: 1 })], [yieldsInside("split", [1], { right: 2 })], [yieldsInside("split", [2], { left: 3 })]],
      work: [[failsInside("work", [0], wrong)], [yieldsInside("work", [2], { value: 5 })]],
    },
  },
  "each-of-nothing": {
    title: "a list without items: the container is entered again at once",
    plan: samplePlan({ list: step, each, work: inEach, end: exit }, eachEdges),
    after: { each: [[opens("each", { item: [], index: [] })], [yields("each", { results: 0 })]] },
  },
  "each-in-each": {
    title: "a container in a container, whose body reads what stands outside of both; the last inner iteration ends while the run is held",
    plan: samplePlan(
      {
        list: step,
        beside: step,
        each,
        inner: { ...each, parent: sampleId("each") },
        work: { type: "sample-pair", parent: sampleId("inner") },
        end: exit,
      },
      [
        "list > each.items",
        "each.item > inner.items",
        "inner.item > work.left",
        "beside > work.right",
        "work > inner.result",
        "inner.results > each.result",
        "each.results > end",
      ],
    ),
    after: {
      each: [[opens("each", { item: [10, 20], index: [0, 1] }, { concurrency: 1 })], [yields("each", { results: 9 })]],
      inner: [0, 1].flatMap((index) => [
        [{ ...opens("inner", { item: [1, 2], index: [0, 1] }), ...inside("inner", [index]) }],
        [yieldsInside("inner", [index], { results: 3 })],
      ]),
      work: [
        [yieldsInside("work", [0, 0], { value: 1 })],
        [yieldsInside("work", [0, 1], { value: 2 })],
        [{ type: "run-held", reason: "lunch", actor: "tester" }, yieldsInside("work", [1, 0], { value: 3 })],
        [yieldsInside("work", [1, 1], { value: 4 })],
      ],
    },
    later: [{ type: "run-resumed", actor: "tester" }],
  },
  "each-cancelled": {
    title: "cancelled with iterations of two containers under way: one node runs, one waits",
    plan: samplePlan({ list: step, each, work: { ...of("read"), parent: sampleId("each") }, other: each, wait: { ...step, parent: sampleId("other") } }, [
      "list > each.items",
      "each.item > work",
      "work > each.result",
      "list > other.items",
      "other.item > wait",
      "wait > other.result",
    ]),
    after: {
      each: [[opens("each", { item: [1, 2, 3], index: [0, 1, 2] }, { concurrency: 1 })]],
      other: [[opens("other", { item: [1], index: [0] })]],
      work: [[]],
      wait: [[{ type: "node-waiting", ...inside("wait", [0]), request: { kind: "time", name: "pause", until: instant(500) } }, stops("cancelled", "enough")]],
    },
    later: [failsInside("work", [0], stopped)],
  },
  loop: {
    title: "round after round, each with what the last one handed back",
    plan: samplePlan({ start: entry, loop: { type: "sample-loop" }, work: { type: "sample-need", parent: sampleId("loop") }, end: exit }, [
      "start > loop.start",
      "loop.carried > work",
      "work > loop.next",
      "loop.last > end",
    ]),
    after: {
      loop: [[opens("loop", { carried: [1], round: [0] })], [opens("loop", { carried: [2], round: [1] }, { first: 1 })], [yields("loop", { last: 3 })]],
      work: [[yieldsInside("work", [0], { value: 2 })], [yieldsInside("work", [1], { value: 3 })]],
    },
  },
  "item-mode": {
    title: "a node once for each item, one of which is tried again; the whole leaves through its failure port when one fails for good",
    plan: samplePlan(
      {
        list: step,
        work: { type: "sample-step", policy: { eachItemOf: "value" } },
        hard: { type: "sample-step", policy: { eachItemOf: "value", onFailure: "branch" } },
        handler: need,
      },
      ["list > work", "list > hard", "hard.failure > handler"],
    ),
    after: {
      work: [
        [opens("work", { value: [1, 2, 3] })],
        [yieldsInside("work", [0], { value: 1 })],
        [failsInside("work", [1], {})],
        [yieldsInside("work", [2], { value: 3 })],
        [yieldsInside("work", [1], { value: 2 })],
        [yields("work", { value: 6 })],
      ],
      hard: [[opens("hard", { value: [1] })], [failsInside("hard", [0], wrong)], [fails("hard", 1, { ...wrong, message: "Item 1: This one does not fit." })]],
    },
    later: [{ ...due("work"), ...inside("work", [1]) }],
  },
  "merge-first-inside": {
    title: "a join that goes with the first value, in two iterations whose branches went different ways",
    plan: samplePlan(
      {
        list: step,
        each,
        split: { ...branch, parent: sampleId("each") },
        slow: inEach,
        first: { ...first, parent: sampleId("each") },
        end: exit,
      },
      [
        "list > each.items",
        "each.item > split",
        "split.left > first.values",
        "split.right > slow",
        "slow > first.values",
        "first.values > each.result",
        "each.results > end",
      ],
    ),
    after: {
      each: [[opens("each", { item: [1, 2], index: [0, 1] })], [yields("each", { results: 3 })]],
      split: [[yieldsInside("split", [0], { left: 1 })], [yieldsInside("split", [1], { right: 2 })]],
      first: [[yieldsInside("first", [0], { values: 1 })], [yieldsInside("first", [1], { values: 2 })]],
    },
  },
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
          {
            type: "wait-answered",
            ...at("early"),
            name: "hook",
            answer: { kind: "webhook", at: instant(5), request: { type: "inline", value: { body: 1 } } },
            actor: "outside",
          },
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
