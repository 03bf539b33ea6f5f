import { expect, test } from "vitest";
import { edgeIdSchema, runIdSchema } from "#runtime/graph/ids.ts";
import { emptyGraph } from "#runtime/graph/schema.ts";
import { applyEvent } from "#runtime/run/apply-event.ts";
import { createRunState } from "#runtime/run/create-run-state.ts";
import type { RunEvent, RunEventBody } from "#runtime/run/events.ts";
import { sampleId, samplePlan } from "#runtime/testing/sample-nodes.ts";
import { type Act, simulate } from "#runtime/testing/simulate.ts";
import { iterationCounts, iterationsText, leadingRun, levelsAround, pathOf } from "./iterations-view.ts";
import { nodeInputs } from "./node-inputs.ts";
import { changedInputs, recordedInputs } from "./recorded-inputs.ts";
import { createRunRecord, recordEvent } from "./run-record.ts";
import { edgeRunOf, type RunView } from "./run-view.ts";

const [list, each, work, after] = ["list", "each", "work", "after"].map(sampleId) as [ReturnType<typeof sampleId>, ...ReturnType<typeof sampleId>[]];
const plan = samplePlan(
  {
    list: { type: "sample-step" },
    each: { type: "sample-each", config: { mode: "skip" } },
    work: { type: "sample-step", parent: each, policy: { attempts: 1 } },
    after: { type: "sample-need" },
  },
  ["list > each.items", "each.item > work", "work > each.result", "each.results > after"],
);
const inline = (value: unknown) => ({ type: "inline" as const, value: value as never });

/** The list yields three items; the second fails; each iteration is told in the order of the events. */
const act: Act = ({ node, path, attempt }) => {
  const at = { node, path };
  if (node === list) return { type: "node-succeeded", ...at, outputs: { value: inline(["a", "b", "c"]) } };
  if (node === each) return afterIterations() ? { type: "node-succeeded", ...at, outputs: { results: inline(["A", "C"]) } } : iterations;
  if (node === work && path[0] === 1) return { type: "attempt-failed", ...at, attempt, failure: { code: "code", message: "Not b.", happened: "no" } };
  return { type: "node-succeeded", ...at, outputs: { value: inline(`of ${path[0]}`) } };
};
let opened = false;
/** Whether the container is entered once more, after its iterations. */
function afterIterations(): boolean {
  const isAfter = opened;
  opened = true;
  return isAfter;
}
const iterations: RunEventBody = {
  type: "iterations-opened",
  node: each as never,
  path: [],
  first: 0,
  count: 3,
  given: { item: inline(["a", "b", "c"]), index: inline([0, 1, 2]) },
  concurrency: 2,
  onFailure: "go-on",
};

function played(until?: (event: RunEvent) => boolean): RunView {
  opened = false;
  const created: RunEvent = { type: "run-created", run: runIdSchema.parse("run_1"), input: {}, actor: "local", seq: 1, at: "2026-01-01T00:00:00.000Z" };
  const { events } = simulate(plan, act, applyEvent(createRunState(plan), created));
  const record = createRunRecord();
  let state = createRunState(plan);
  for (const event of [created, ...events]) {
    state = applyEvent(state, event);
    recordEvent(record, event, state);
    if (until?.(event)) break;
  }
  const live = state.phase.type !== "finished";
  return {
    runId: runIdSchema.parse("run_1"),
    summary: undefined,
    state,
    record,
    events: [],
    graph: emptyGraph(),
    live,
    activities: new Map(),
    problem: undefined,
  };
}
const node = (id: string | undefined) => id as ReturnType<typeof sampleId>;
const edge = (number: number) => edgeIdSchema.parse(`edge_00${number}`);

test("a node inside of a container is told by what most wants to be seen, and by counts", () => {
  const view = played();
  expect(leadingRun(view, node(work))).toMatchObject({ state: "failed", path: [1] });
  expect(iterationsText(view, node(work))).toBe("1 failed · 2 done");
  expect(iterationsText(view, node(each))).toBe("3 of 3 done");
  expect(iterationsText(view, list)).toBeUndefined();
});

test("while it runs, running ones are counted, and the container says how far it is", () => {
  const view = played((event) => event.type === "iteration-finished");
  expect(iterationsText(view, node(each))).toBe("1 of 3 done");
  expect(iterationsText(view, node(work))).toContain("done");
});

test("the iteration that failed is looked at first, another one can be chosen, one that is not there cannot", () => {
  const view = played();
  expect(levelsAround(view, node(work), {})).toMatchObject([{ container: each, total: 3, index: 1 }]);
  expect(pathOf(view, node(work), { [node(each)]: 2 })).toEqual([2]);
  expect(pathOf(view, node(work), { [node(each)]: 9 })).toEqual([1]);
  expect(pathOf(view, node(after), {})).toEqual([]);
  expect(
    pathOf(
      played((event) => event.type === "node-started"),
      node(work),
      {},
    ),
  ).toBeUndefined();
});

test("iterations whose events have not been read are loading, not to come", () => {
  const view = played((event) => event.type === "iteration-finished" && event.index === 1);
  const level = () => levelsAround({ ...view }, node(work), {})[0];
  const counts = () => {
    const known = level();
    return known && iterationCounts(known);
  };
  const whole = counts();
  expect(whole).toMatch(/^1 failed, /);
  expect(whole).not.toContain("loading");
  view.record.missing = 5;
  view.record.iterations.get(level()?.key as never)?.delete(1);
  expect(counts()).toBe(whole?.replace("1 failed, ", "").replace(/(, \d not begun)?$/, (rest) => `, 1 loading${rest}`));
});

test("inputs and wires hold the values of the iteration that is looked at", () => {
  const view = played();
  expect(nodeInputs(view, node(work), [2])).toMatchObject([{ port: "value", sources: [{ from: "from each", value: inline("c") }] }]);
  const chosen = { [node(each)]: 2 };
  expect(edgeRunOf(view, edge(1), chosen)).toEqual({ state: "passed", value: inline("c"), count: 3 });
  expect(edgeRunOf(view, edge(2), chosen)).toEqual({ state: "passed", value: inline("of 2"), count: 2 });
  expect(edgeRunOf(view, edge(2), {})).toEqual({ state: "skipped", count: 2 });
  expect(edgeRunOf(view, edge(3), {})).toEqual({ state: "passed", value: inline(["A", "C"]), count: 0 });
});

test("what a node was given can be changed for a run of that node alone", () => {
  const recorded = recordedInputs(played(), node(after));
  expect(recorded).toEqual({ values: { value: ["A", "C"] }, isComplete: true });
  expect(changedInputs(recorded.values, { value: ["A", "C"] })).toEqual({});
  expect(changedInputs(recorded.values, { value: ["B"] })).toEqual({ value: ["B"] });
  expect(
    recordedInputs(
      played((event) => event.type === "node-started"),
      node(after),
    ).isComplete,
  ).toBe(false);
});
