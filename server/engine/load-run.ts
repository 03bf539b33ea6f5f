import type { RunId } from "#runtime/graph/ids.ts";
import type { Plan } from "#runtime/plan/plan.ts";
import { continueRun } from "#runtime/run/apply-event.ts";
import { createRunState } from "#runtime/run/create-run-state.ts";
import type { RunEvent } from "#runtime/run/events.ts";
import type { RunState } from "#runtime/run/run-state.ts";
import { readSnapshot } from "#runtime/run/snapshot.ts";
import type { Plans } from "./plans.ts";

const PAGE = 5_000;

export interface RunSource {
  store: {
    readEvents(run: RunId, after: number, limit: number): Promise<readonly RunEvent[]>;
    readSnapshot(run: RunId): Promise<{ seq: number; state: string } | undefined>;
  };
  plans: Plans;
}

/** Folds a run's log: from the newest snapshot on where there is one, so that a long log need not be read from its beginning. */
export async function loadRun(
  { run, workspace, plan: hash }: { run: RunId; workspace: string; plan: string },
  { store, plans }: RunSource,
): Promise<{ plan: Plan; state: RunState /** The whole log, where it was read. */; events?: readonly RunEvent[] }> {
  const [plan, kept] = await Promise.all([plans.load(workspace, hash), store.readSnapshot(run)]);
  const begin = kept && readSnapshot(plan, kept.state);
  const events = await readLog(run, begin?.seq ?? 0, store);
  const state = continueRun(begin ?? createRunState(plan), events);
  return { plan, state, ...(!begin && { events }) };
}

/** All events of a run after a number. */
export async function readLog(run: RunId, after: number, store: Pick<RunSource["store"], "readEvents">): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  for (;;) {
    const page = await store.readEvents(run, events.at(-1)?.seq ?? after, PAGE);
    for (const event of page) events.push(event);
    if (page.length < PAGE) return events;
  }
}
