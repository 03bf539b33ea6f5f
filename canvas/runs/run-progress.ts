import type { NodeRun, RunState } from "#runtime/run/run-state.ts";
import { isFinal } from "./run-store.ts";
import type { RunView } from "./run-view.ts";

/** The state a run is shown in: what its events say where they are ahead of its summary. */
export function shownState({ state, summary }: Pick<RunView, "state" | "summary">): string {
  const phase = state?.phase;
  if (phase?.type === "finished") return phase.state;
  if (phase?.type === "held") return "held";
  if (summary && (isFinal(summary.state) || !state || state.seq === 0)) return summary.state;
  if (!state || phase?.type === "created") return "queued";
  return summary?.state === "waiting" && state.running.size === 0 ? "waiting" : "running";
}

/** Whether a person has to decide before the run can go on. */
export function needsDecision(state: RunState | undefined): NodeRun | undefined {
  for (const key of state?.waiting ?? []) {
    const run = state?.nodes.get(key);
    if (run?.state === "uncertain") return run;
  }
  return undefined;
}

/** Node runs that have ended, of how many. */
export function progressOf(state: RunState): { settled: number; total: number } {
  return { settled: state.nodes.size - state.unsettled, total: state.nodes.size };
}

interface Span {
  startedAt: string | null | undefined;
  finishedAt: string | null | undefined;
}

/** Milliseconds from start to end, or to now; undefined before the start. */
export function elapsedMs({ startedAt, finishedAt }: Span, now: number): number | undefined {
  if (!startedAt) return undefined;
  return Math.max(0, (finishedAt ? Date.parse(finishedAt) : now) - Date.parse(startedAt));
}

/** When a node run began and ended. */
export function spanOf(run: NodeRun): Span {
  return { startedAt: run.startedAt, finishedAt: "finishedAt" in run ? run.finishedAt : undefined };
}

/** When a run began and ended, by its events where they are known. */
export function runSpan({ state, summary }: Pick<RunView, "state" | "summary">): Span {
  const finishedAt = state?.phase.type === "finished" ? state.phase.at : summary?.finishedAt;
  return { startedAt: state?.startedAt ?? summary?.startedAt, finishedAt };
}
