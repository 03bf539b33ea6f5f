import { planIndex } from "#runtime/run/plan-index.ts";
import { type NodeRun, nodeKey, type RunState } from "#runtime/run/run-state.ts";
import { isFinal } from "./run-store.ts";
import type { RunView } from "./run-view.ts";

/** The state a run is shown in: what its events say where they are ahead of its summary, or of another moment. */
export function shownState({ state, summary, replay }: Pick<RunView, "state" | "summary" | "replay">): string {
  const phase = state?.phase;
  if (state && replay && phase?.type !== "finished" && phase?.type !== "held")
    return phase?.type === "created" ? "queued" : state.running.size === 0 && state.waiting.size > 0 ? "waiting" : "running";
  if (phase?.type === "finished") return phase.state;
  if (phase?.type === "held") return "held";
  if (summary && (isFinal(summary.state) || !state || state.seq === 0)) return summary.state;
  if (!state || phase?.type === "created") return "queued";
  return summary?.state === "waiting" && state.running.size === 0 ? "waiting" : "running";
}

/** The node run that waits for a person, if any does: the run cannot go on (there) before somebody decides. */
export function needsDecision(state: RunState | undefined): NodeRun | undefined {
  for (const key of state?.waiting ?? []) {
    const run = state?.nodes.get(key);
    if (run && isAsking(run)) return run;
  }
  return undefined;
}

/** Whether a node run asks a person. */
export function isAsking(run: NodeRun): boolean {
  return run.state === "uncertain" || (run.state === "waiting" && (run.request.kind === "person" || run.request.kind === "budget"));
}

/** Why a run has not begun, where that is known. */
export function queuedReason(view: Pick<RunView, "state" | "summary">): string | undefined {
  const worker = view.summary?.worker;
  return worker && shownState(view) === "queued" ? `Waits for a worker with the label ${worker}` : undefined;
}

/** Nodes outside of containers that have ended, of how many: a container is one, however often it goes round. Those the run was not asked for do not count. */
export function progressOf(state: RunState): { settled: number; total: number } {
  const nodes = planIndex(state.plan).children.get(undefined) ?? [];
  const leftOut = nodes.filter((id) => isLeftOut(state.nodes.get(nodeKey(id, [])))).length;
  return { settled: nodes.length - state.unsettled - leftOut, total: nodes.length - leftOut };
}

function isLeftOut(run: NodeRun | undefined): boolean {
  return run?.state === "skipped" && run.reason === "left-out";
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
