import type { ChildRecord, RunState } from "#runtime/run/run-state.ts";

/** How long the end of a run that nobody waits for is put off at most: leases that have run out are taken over well before. */
const MAX_WAIT_MS = 300_000;

/** A run whose node run was stopped while it waited for it, and that has not told its end. */
interface LeftChild {
  child: ChildRecord;
  /** Milliseconds of the instant at which it was told to stop. */
  since: number;
}

export function leftChildren({ nodes }: RunState): LeftChild[] {
  const left: LeftChild[] = [];
  for (const run of nodes.values()) {
    if (!run.children || !("finishedAt" in run)) continue;
    for (const child of run.children) if (!child.end) left.push({ child, since: Date.parse(run.finishedAt) });
  }
  return left;
}

/**
 * The instant (milliseconds) until which a run that has nothing else to do waits for the ends of runs it began and stopped, so that their
 * cost is in its own. Undefined: it waits for none, or has other things to do.
 */
export function childrenDeadline(state: RunState): number | undefined {
  const { phase, unsettled, running, waiting, deciding, iterating } = state;
  const isOver = phase.type === "stopping" || (unsettled === 0 && phase.type !== "finished");
  if (!isOver || running.size + waiting.size + deciding.size + iterating.size > 0) return undefined;
  const left = leftChildren(state);
  return left.length === 0 ? undefined : Math.min(...left.map(({ since }) => since)) + waitMs(state);
}

/** Whether runs that were stopped have yet to tell what they cost, and there is time for it. */
export function awaitsChildren(state: RunState, now: number): boolean {
  const deadline = childrenDeadline(state);
  return deadline !== undefined && now < deadline;
}

/** Shorter the more runs wait for it: each of them hears of the end of the one below before its own time is over. */
function waitMs({ origin }: RunState): number {
  const isPart = origin?.parent?.purpose === "slice" || origin?.parent?.purpose === "worker";
  return MAX_WAIT_MS / (1 + (origin?.depth ?? 0) + (isPart ? 0.5 : 0));
}
