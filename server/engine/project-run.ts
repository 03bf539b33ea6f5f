import type { NodeKey, NodeRun, RunPhase, RunState } from "#runtime/run/run-state.ts";
import type { ApiNodeState, ApiRunState } from "../contract/runs.ts";
import type { NodeRow, RunProjection } from "./committer.ts";
import { childrenDeadline } from "./left-children.ts";

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
    cost: state.accounts.dollars.settled,
    wakeAt: finished ? null : nextTimer(state),
    release: release || finished !== undefined,
  };
}

/** One node run as `node_runs` shows it. */
export function nodeRowOf(state: RunState, key: NodeKey): NodeRow | undefined {
  const run = state.nodes.get(key);
  // its first attempt is shown when it has come to something: most are over before anybody could look
  if (!run || (run.state === "running" && run.attempt === 1 && Object.keys(run.answers).length === 0 && !run.iterations && !run.children)) return undefined;
  return {
    key,
    node: run.node,
    type: state.plan.nodes[run.node]?.type ?? "",
    state: shownState(run),
    attempts: run.attempt,
    startedAt: run.startedAt ?? null,
    finishedAt: "finishedAt" in run ? run.finishedAt : null,
    failure: "failure" in run ? run.failure.code : null,
  };
}

/** An attempt that failed a moment ago (whether it is made again is being decided) is running, and so is a container; who waits for another run waits. */
export function shownState(run: NodeRun): ApiNodeState {
  if (run.state === "deciding" || run.state === "iterating") return "running";
  return run.state === "calling" ? "waiting" : run.state;
}

/** The state the API tells. A run that winds down is still running, or waits for the ends of runs it began. */
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
      return childrenDeadline(state) === undefined ? "running" : "waiting";
    case "running":
      if (childrenDeadline(state) !== undefined) return "waiting";
      return state.waiting.size > 0 && state.running.size === 0 && state.ready.size === 0 && state.toSkip.size === 0 && state.deciding.size === 0
        ? "waiting"
        : "running";
  }
}

function reasonOf(phase: RunPhase): string | null {
  return phase.type === "held" || phase.type === "stopping" ? phase.reason : null;
}

/** The next instant at which a wait or a retry falls due, or the run no longer waits for runs it began. */
export function nextTimer(state: RunState): Date | null {
  let next = childrenDeadline(state) ?? Number.POSITIVE_INFINITY;
  for (const key of state.waiting) {
    const node = state.nodes.get(key);
    if (node?.state === "retrying") next = Math.min(next, Date.parse(node.dueAt));
    const until = node?.state === "waiting" && "until" in node.request ? node.request.until : undefined;
    if (until !== undefined) next = Math.min(next, Date.parse(until));
  }
  return Number.isFinite(next) ? new Date(next) : null;
}
