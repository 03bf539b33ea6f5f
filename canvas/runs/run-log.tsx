import { nodeKey } from "#runtime/run/run-state.ts";
import { LogLines, type ShownLine } from "./log-lines.tsx";
import type { RunView } from "./run-view.ts";

/** What all nodes of the run logged, by time. */
export function RunLog({ view }: { view: RunView }) {
  const lines = linesOf(view);
  if (lines.length === 0) return <p className="p-4 text-ink-muted text-xs">Nothing was logged.</p>;
  return (
    <div className="px-4 py-2">
      <LogLines lines={lines} />
    </div>
  );
}

function linesOf({ state, activities }: RunView): ShownLine[] {
  if (!state) return [];
  const lines = [...state.nodes.values()].flatMap((run) => {
    const label = state.plan.nodes[run.node]?.label ?? run.node;
    const from = run.path.length === 0 ? label : `${label} · ${run.path.map((index) => index + 1).join(".")}`;
    const live = activities.get(nodeKey(run.node, run.path))?.lines ?? [];
    return [...run.logs, ...live].map((line): ShownLine => ({ ...line, from }));
  });
  return lines.sort((one, other) => one.at.localeCompare(other.at));
}
