import { describe, expect, it } from "vitest";
import { runIdSchema } from "#runtime/graph/ids.ts";
import { foldRun } from "#runtime/run/apply-event.ts";
import type { RunEventBody } from "#runtime/run/events.ts";
import { nodeKey } from "#runtime/run/run-state.ts";
import { sampleId, samplePlan } from "#runtime/testing/sample-nodes.ts";
import { partsAround, partsOf, partsText } from "./delegated-parts.ts";
import { iterationCounts, iterationsText, levelAt } from "./iterations-view.ts";
import { createRunRecord } from "./run-record.ts";

const [list, each, work] = [sampleId("list"), sampleId("each"), sampleId("work")];
const at = { node: each, path: [] };
const opened: RunEventBody = {
  type: "iterations-opened",
  ...at,
  first: 0,
  count: 1_200,
  given: {},
  concurrency: 2,
  onFailure: "stop",
  delegated: true,
};
const part = (number: number, count = 500): RunEventBody => ({
  type: "child-opened",
  ...at,
  name: `part-${number}`,
  run: runIdSchema.parse(`run_part${number}`),
  purpose: "slice",
  first: number * 500,
  count,
});
const ended = (number: number, state: "succeeded" | "failed" | "cancelled" = "succeeded"): RunEventBody => ({
  type: "child-finished",
  ...at,
  name: `part-${number}`,
  run: runIdSchema.parse(`run_part${number}`),
  state,
  outputs: {},
  cost: 0,
});

function viewOf(...bodies: RunEventBody[]) {
  const plan = samplePlan({ list: { type: "sample-step" }, each: { type: "sample-each" }, work: { type: "sample-step", parent: each } }, [
    "list > each.items",
    "each.item > work",
  ]);
  const begin: RunEventBody[] = [
    { type: "run-created", run: runIdSchema.parse("run_1"), input: {}, actor: "local" },
    { type: "node-started", node: list, path: [], attempt: 1, effect: "pure" },
    { type: "node-succeeded", node: list, path: [], outputs: {} },
    { type: "node-started", ...at, attempt: 1, effect: "pure" },
  ];
  const events = [...begin, ...bodies].map((body, index) => ({ ...body, seq: index + 1, at: "2026-01-01T00:00:00.000Z" }));
  return { state: foldRun(plan, events), record: createRunRecord() };
}

describe("iterations in runs of their own", () => {
  it("are counted by what the run hears of its parts", () => {
    const view = viewOf(opened, part(0), ended(0), part(1));
    expect(partsAround(view, work)).toMatchObject({ total: 1_200, done: 500, underWay: 500, failed: 0, stopped: 0 });
    expect(partsAround(view, work)?.parts.map(({ run }) => run)).toEqual(["run_part0", "run_part1"]);
    expect(iterationsText(view, each)).toBe("500 of 1,200 done · 500 under way");
    expect(iterationsText(view, work)).toBe("500 of 1,200 done · 500 under way");
  });

  it("tell of parts that failed or were stopped", () => {
    expect(partsText(partsAround(viewOf(opened, part(0), ended(0), part(1), ended(1, "failed")), work) as never)).toBe("500 of 1,200 done · 1 part failed");
    expect(partsText(partsAround(viewOf(opened, part(0), ended(0, "cancelled")), work) as never)).toBe("0 of 1,200 done · 1 part stopped");
  });

  it("count what a run that has ended did not hear of as stopped", () => {
    const run = viewOf(opened, part(0)).state.nodes.get(nodeKey(each, []));
    expect(run && partsOf(run, true)).toMatchObject({ done: 0, underWay: 0, stopped: 1 });
  });

  it("are told in the run of a part without those of the other parts", () => {
    const { delegated: _, ...own } = opened as RunEventBody & { delegated?: true };
    const asPart = { run: runIdSchema.parse("run_0"), purpose: "slice" as const, node: each, path: [] };
    const iteration: RunEventBody[] = [
      { type: "iteration-started", ...at, index: 500, given: {} },
      { type: "node-started", node: work, path: [500], attempt: 1, effect: "pure" },
    ];
    const view = viewOf({ ...own, first: 500, count: 120 } as RunEventBody, ...iteration);
    const state = { ...view.state, origin: { run: runIdSchema.parse("run_1"), actor: "local", depth: 0, fixed: {}, parent: asPart } };
    expect(iterationsText({ ...view, state }, each)).toBe("0 of 120 done");
    const level = levelAt({ ...view, state }, { container: each, path: [], chosen: {} });
    expect(iterationCounts(level)).toBe("120 not begun, 500 in other parts");
  });

  it("are not those of a run that does its iterations itself", () => {
    const { delegated: _, ...own } = opened as RunEventBody & { delegated?: true };
    const view = viewOf({ ...own, count: 2 } as RunEventBody);
    expect(partsAround(view, work)).toBeUndefined();
    expect(iterationsText(view, work)).toBeUndefined();
    expect(iterationsText(view, each)).toBe("0 of 2 done");
  });
});
