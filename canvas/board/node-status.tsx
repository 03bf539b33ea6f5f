import type { NodeId } from "#runtime/graph/ids.ts";
import type { NodeRun } from "#runtime/run/run-state.ts";
import { shownNodeState, useIterationsText, useRunPart } from "../runs/run-view.ts";
import { StatusText } from "../ui/status.tsx";
import { formatDuration } from "../ui/time-ago.tsx";

/** How a node fares in the run: state, time taken, what went wrong. Of one inside of a container whose iterations are runs of their own, how far they are. */
export function NodeStatus({ node, run }: { node: NodeId; run: NodeRun | undefined }) {
  const isLive = useRunPart((view) => view?.live === true);
  const iterations = useIterationsText(node);
  if (!run) return iterations && <footer className="border-line border-t px-2.5 py-1.5 text-2xs text-ink-faint tabular-nums">{iterations}</footer>;
  const detail = iterations ?? detailOf(run);
  const message = "failure" in run ? run.failure.message : undefined;
  return (
    <footer className="border-line border-t px-2.5 py-1.5">
      <div className="flex items-center justify-between gap-2">
        <StatusText state={shownNodeState(run, isLive)} size={13} />
        {detail && <span className="text-2xs text-ink-faint tabular-nums">{detail}</span>}
      </div>
      {message && <p className="wrap-anywhere mt-1 line-clamp-2 text-2xs text-ink-muted">{message}</p>}
    </footer>
  );
}

const SKIPPED = { disabled: "disabled", "no-value": "nothing came", "left-out": "not in this run" } as const;

function detailOf(run: NodeRun): string | undefined {
  if (run.state === "skipped") return SKIPPED[run.reason];
  const attempts = run.attempt > 1 ? `attempt ${run.attempt}` : undefined;
  if (!("finishedAt" in run) || run.startedAt === undefined) return attempts;
  const took = formatDuration(Date.parse(run.finishedAt) - Date.parse(run.startedAt));
  return attempts ? `${took}, ${attempts}` : took;
}
