import { type Budget, strictestBudget } from "#runtime/graph/budget.ts";
import type { Json } from "#runtime/graph/json.ts";
import type { StoredValues } from "#runtime/graph/stored-value.ts";
import { limitOf } from "#runtime/run/accounts.ts";
import type { NodeRun, RunState } from "#runtime/run/run-state.ts";
import type { RunDetail } from "../contract/runs.ts";
import { type RunRow, toRunSummary } from "../store/run-rows.ts";
import { projectRun, runStateOf, shownState } from "./project-run.ts";

/** One run as the API tells it. All that changes is taken from the log, which may be ahead of the row: one answer tells of one moment. */
export function detailOf(row: RunRow, state: RunState): RunDetail {
  const nodes: RunDetail["nodes"] = {};
  const iterations: RunDetail["iterations"] = {};
  for (const run of state.nodes.values()) {
    if (run.path.length === 0) nodes[run.node] = nodeDetail(run);
    else {
      iterations[run.node] ??= {};
      Object.assign(iterations[run.node] ?? {}, { [run.path.join(",")]: nodeDetail(run) });
    }
  }
  const { startedAt, finishedAt, failure, reason } = projectRun(state, false);
  return {
    ...toRunSummary({ ...row, state: runStateOf(state), startedAt, finishedAt, failure, heldReason: reason }),
    input: (row.input ?? {}) as Json,
    output: state.phase.type === "finished" ? plainValues(state.phase.output) : null,
    nodes,
    iterations,
    budget: limitOf(state.accounts.dollars) ?? null,
    used: usedBy(state),
    limits: limitsOf(state),
    lastEvent: state.seq,
  };
}

function usedBy({ accounts, activeMs }: RunState): RunDetail["used"] {
  const { dollars, tokens, toolCalls } = accounts;
  return { dollars: dollars.settled, tokens: tokens.settled, toolCalls: toolCalls.settled, timeMs: activeMs };
}

function limitsOf({ accounts, time }: RunState): Budget {
  const { dollars, tokens, toolCalls } = accounts;
  return strictestBudget({ dollars: limitOf(dollars), tokens: limitOf(tokens), toolCalls: limitOf(toolCalls), timeMs: time.budgetMs });
}

function nodeDetail(run: NodeRun): RunDetail["nodes"][string] {
  return {
    state: shownState(run),
    attempts: run.attempt,
    startedAt: run.startedAt ?? null,
    finishedAt: "finishedAt" in run ? run.finishedAt : null,
    ...("outputs" in run && { outputs: plainValues(run.outputs) }),
    ...("failure" in run && { failure: run.failure }),
    ...(run.children && { children: run.children.map(({ run: child, purpose }) => ({ run: child, purpose })) }),
    ...(run.state === "reused" && run.from && { from: run.from }),
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
