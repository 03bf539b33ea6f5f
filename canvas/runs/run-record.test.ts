import { describe, expect, test } from "vitest";
import type { Plan } from "#runtime/plan/plan.ts";
import { applyEvent, foldRun } from "#runtime/run/apply-event.ts";
import { createRunState } from "#runtime/run/create-run-state.ts";
import type { RunEvent } from "#runtime/run/events.ts";
import { nodeKey } from "#runtime/run/run-state.ts";
import { recordRun } from "#runtime/testing/record-run.ts";
import { recordedContainerScenarios } from "#runtime/testing/recorded-container-scenarios.ts";
import { recordedScenarios } from "#runtime/testing/recorded-scenarios.ts";
import { sampleId } from "#runtime/testing/sample-nodes.ts";
import { begunIterations, createRunRecord, lacksIterations, recordEarlier, recordEvent, recordOfState } from "./run-record.ts";

const PAGE = 4;
const recordings = Object.entries({ ...recordedScenarios, ...recordedContainerScenarios }).map(([name, scenario]) => {
  const { plan, steps } = recordRun(scenario);
  return { name, plan, events: steps.flatMap((step) => step.events) };
});
const named = (wanted: string) => recordings.find(({ name }) => name === wanted) ?? { plan: undefined, events: [] };

function wholeRecord(plan: Plan, events: readonly RunEvent[]) {
  const record = createRunRecord();
  let state = createRunState(plan);
  for (const event of events) {
    state = applyEvent(state, event);
    recordEvent(record, event, state);
  }
  return record;
}

/** What is known of a run that was opened with a fold of the events up to a number. */
function openedAt(plan: Plan, events: readonly RunEvent[], cut: number) {
  let state = foldRun(plan, events.slice(0, cut));
  const record = recordOfState(state);
  return {
    record,
    follow: () => {
      for (const event of events.slice(cut - 1)) {
        if (event.seq !== state.seq) state = applyEvent(state, event);
        recordEvent(record, event, state);
      }
    },
    page: () => {
      const after = Math.max(0, record.missing - PAGE);
      recordEarlier(record, { after, events: events.slice(after, record.missing) });
    },
  };
}

describe.each(recordings)("the record of the run $name, opened with a fold", ({ plan, events }) => {
  const whole = wholeRecord(plan, events);

  test("is that of the whole log, once the pages before have been read", () => {
    for (let cut = 1; cut <= events.length; cut++) {
      const { record, follow, page } = openedAt(plan, events, cut);
      follow();
      while (record.missing > 0) page();
      expect(record, `opened at event ${cut}`).toEqual(whole);
    }
  });

  test("does not mind pages that come before news", () => {
    for (let cut = 1; cut <= events.length; cut++) {
      const { record, follow, page } = openedAt(plan, events, cut);
      while (record.missing > 0) page();
      follow();
      expect(record, `opened at event ${cut}`).toEqual(whole);
    }
  });

  test("has the state of node runs inside of containers, and who handles the failure, without any page", () => {
    for (let cut = 1; cut <= events.length; cut++) {
      const { record, follow } = openedAt(plan, events, cut);
      follow();
      expect(record.handler).toEqual(whole.handler);
      expect(record.inside, `opened at event ${cut}`).toEqual(whole.inside);
    }
  });
});

test("of a list in iterations nothing is lacking, of a loop the rounds before the last", () => {
  for (const { name, container, lacks } of [
    { name: "each-goes-on", container: "each", lacks: false },
    { name: "loop", container: "loop", lacks: true },
  ]) {
    const { plan, events } = named(name);
    if (!plan) throw new Error(`There is no recording ${name}.`);
    const state = foldRun(plan, events);
    const run = state.nodes.get(nodeKey(sampleId(container), []));
    if (!run) throw new Error(`${container} did not run in ${name}.`);
    const { record, page } = openedAt(plan, events, events.length);
    expect(lacksIterations(record, run, state), name).toBe(lacks);
    while (record.missing > 0) page();
    expect(lacksIterations(record, run, state), name).toBe(false);
    expect(record.iterations.get(nodeKey(run.node, []))?.size, name).toBe(begunIterations(run, state));
  }
});
