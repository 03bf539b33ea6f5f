import type { GraphId } from "#runtime/graph/ids.ts";
import type { Plan } from "#runtime/plan/plan.ts";
import type { ChildRecord } from "#runtime/run/run-state.ts";
import { RUN_PURPOSES } from "./run-purposes.ts";
import { RunReference } from "./run-reference.tsx";
import { RunSection } from "./run-section.tsx";

const SHOWN = 20;

interface ChildRunsProps {
  title: string;
  runs: readonly ChildRecord[];
  /** Of which the parts among them are. */
  graph: GraphId | undefined;
  /** What may be called, by node. */
  labels?: Plan["callables"];
}

/** Runs that a node run began, with links. */
export function ChildRuns({ title, runs, graph, labels }: ChildRunsProps) {
  if (runs.length === 0) return null;
  return (
    <RunSection title={title} aside={runs.length}>
      <ul className="flex flex-col gap-1.5 text-xs">
        {runs.slice(-SHOWN).map(({ run, purpose, callee, first, count }) => (
          <li key={run} className="flex items-center justify-between gap-3">
            <span className="text-ink-muted">
              {RUN_PURPOSES[purpose]}
              {callee !== undefined && labels?.[callee] && `: ${labels[callee]?.label}`}
              {first !== undefined && count !== undefined && ` (${first + 1} to ${first + count})`}
            </span>
            <RunReference run={run} {...(purpose !== "call" && { graph })} withState />
          </li>
        ))}
      </ul>
      {runs.length > SHOWN && <p className="pt-1.5 text-ink-faint text-xs">The last {SHOWN} of them.</p>}
    </RunSection>
  );
}
