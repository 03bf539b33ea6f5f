import type { GraphId } from "#runtime/graph/ids.ts";
import type { NodeRun } from "#runtime/run/run-state.ts";
import { readSummary } from "#server/contract/runs.ts";
import { useApi } from "../api/queries.ts";
import { RunReference } from "./run-reference.tsx";
import type { RunWait } from "./run-wait.ts";

/** A run that is waited for says nothing here when its state changes. */
const REFRESH_MS = 3_000;

export interface RunWaitViewProps {
  wait: RunWait;
  graph: GraphId | undefined;
  /** Shows the node run that waits. */
  onSelect(run: NodeRun): void;
}

/** What a run waits for, in its bar: leads to the node, and to the run that is waited for. */
export function RunWaitView({ wait: { run, label, text, begunText, child, others }, graph, onSelect }: RunWaitViewProps) {
  const summary = useApi(
    readSummary,
    { params: { id: child?.run ?? ("run_none" as NonNullable<typeof child>["run"]) } },
    { enabled: child !== undefined, every: REFRESH_MS },
  );
  const isBegun = summary.data !== undefined && summary.data.state !== "queued";
  const said = `“${label}” ${isBegun ? begunText : text}`;
  return (
    <span data-run-wait={child?.purpose ?? run.state} className="flex min-w-0 items-center gap-1 text-ink-muted">
      <button type="button" className="min-w-0 truncate hover:text-ink hover:underline" title={said} onClick={() => onSelect(run)}>
        {said}
      </button>
      {child && (
        <span className="flex min-w-0 shrink-0">
          <RunReference run={child.run} {...(child.purpose !== "call" && { graph })} withState />
        </span>
      )}
      {others > 0 && <span className="@max-3xl:hidden whitespace-nowrap text-ink-faint">and {others} more</span>}
    </span>
  );
}
