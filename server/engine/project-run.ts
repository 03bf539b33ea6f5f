import type { RunPhase, RunState } from "#runtime/run/run-state.ts";
import type { ApiRunState } from "../contract/runs.ts";
import type { RunProjection } from "./committer.ts";

/** The `runs` row as the state tells it. */
export function projectRun(state: RunState, release: boolean): RunProjection {
  const { phase } = state;
  const finished = phase.type === "finished" ? phase : undefined;
  return {
    state: runStateOf(state),
    startedAt: state.startedAt ? new Date(state.startedAt) : null,
    finishedAt: finished ? new Date(finished.at) : null,
    output: finished?.output ?? null,
    failure: finished?.failure ?? null,
    reason: reasonOf(phase),
    wakeAt: finished ? null : nextTimer(state),
    release: release || finished !== undefined,
  };
}

/** The state the API tells. A run that winds down is still running. */
export function runStateOf(state: RunState): ApiRunState {
  const { phase } = state;
  switch (phase.type) {
    case "created":
      return "queued";
    case "held":
      return "held";
    case "finished":
      return phase.state;
    case "stopping":
      return "running";
    case "running":
      return state.waiting.size > 0 && state.running.size === 0 && state.ready.size === 0 && state.toSkip.size === 0 && state.deciding.size === 0
        ? "waiting"
        : "running";
  }
}

function reasonOf(phase: RunPhase): string | null {
  return phase.type === "held" || phase.type === "stopping" ? phase.reason : null;
}

/** The next instant at which a wait or a retry falls due. */
export function nextTimer(state: RunState): Date | null {
  let next = Number.POSITIVE_INFINITY;
  for (const key of state.waiting) {
    const node = state.nodes.get(key);
    if (node?.state === "retrying") next = Math.min(next, Date.parse(node.dueAt));
    if (node?.state === "waiting") next = Math.min(next, Date.parse(node.request.until));
  }
  return Number.isFinite(next) ? new Date(next) : null;
}
