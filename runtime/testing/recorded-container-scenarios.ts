import { instant, type Scenario } from "./record-run.ts";
import { sampleId, samplePlan } from "./sample-nodes.ts";
import {
  branch,
  due,
  each,
  eachEdges,
  entry,
  exit,
  fails,
  failsInside,
  first,
  inEach,
  inside,
  need,
  of,
  opens,
  step,
  stopped,
  stops,
  wrong,
  yields,
  yieldsInside,
} from "./scenario-events.ts";

/** Those with iterations; see `recordedScenarios`. */
export const recordedContainerScenarios: Readonly<Record<string, Scenario>> = {
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
};
