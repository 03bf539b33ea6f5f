import type { Json } from "#runtime/graph/json.ts";
import type { NodeRun, RunState } from "#runtime/run/run-state.ts";
import type { StoredValues } from "#runtime/run/values.ts";
import type { RunDetail } from "../contract/runs.ts";
import { type RunRow, toRunSummary } from "../store/run-rows.ts";
import { projectRun, runStateOf } from "./project-run.ts";

/** One run as the API tells it. All that changes is taken from the log, which may be ahead of the row: one answer tells of one moment. */
export function detailOf(row: RunRow, state: RunState): RunDetail {
  const nodes = [...state.nodes].map(([key, run]) => [key, nodeDetail(run)] as const);
  const { startedAt, finishedAt, failure, reason } = projectRun(state, false);
  return {
    ...toRunSummary({ ...row, state: runStateOf(state), startedAt, finishedAt, failure, heldReason: reason }),
    input: (row.input ?? {}) as Json,
    output: state.phase.type === "finished" ? plainValues(state.phase.output) : null,
    nodes: Object.fromEntries(nodes),
    lastEvent: state.seq,
  };
}

function nodeDetail(run: NodeRun): RunDetail["nodes"][string] {
  return {
    // an attempt that failed a moment ago: whether it is made again is being decided
    state: run.state === "deciding" ? "running" : run.state,
    attempts: run.attempt,
    startedAt: run.startedAt ?? null,
    finishedAt: "finishedAt" in run ? run.finishedAt : null,
    ...("outputs" in run && { outputs: plainValues(run.outputs) }),
    ...("failure" in run && { failure: run.failure }),
  };
}

/** Values without their wrapping; a large one is told by hash, size and beginning. */
export function plainValues(values: StoredValues): Record<string, Json> {
  return Object.fromEntries(
    Object.entries(values).map(([port, value]) => [
      port,
      value.type === "inline" ? value.value : { $blob: value.hash, bytes: value.bytes, preview: value.preview },
    ]),
  );
}
