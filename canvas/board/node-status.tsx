import { Pencil } from "lucide-react";
import { useCallback } from "react";
import type { NodeId } from "#runtime/graph/ids.ts";
import { type NodeRun, nodeKey } from "#runtime/run/run-state.ts";
import { callsUnderWay } from "../runs/calls-under-way.ts";
import { failureAdvice } from "../runs/failure-advice.ts";
import { formatDollars } from "../runs/format-dollars.ts";
import { ReusedFrom } from "../runs/reused-from.tsx";
import { isHeldUp, type RunView, shownNodeState, useIterationsText, useNodeActivity, useRunPart } from "../runs/run-view.ts";
import type { Staleness } from "../runs/stale-nodes.ts";
import { useStaleness } from "../runs/use-stale.ts";
import { NodeProgress } from "../ui/progress-bar.tsx";
import { StatusText } from "../ui/status.tsx";
import { formatDuration } from "../ui/time-ago.tsx";
import { Tooltip } from "../ui/tooltip.tsx";
import { Tail } from "./text-tail.tsx";

/** How a node fares in the run: state, time taken, what it shows while it runs, what went wrong. Of one inside of a container whose iterations are runs of their own, how far they are. */
export function NodeStatus({ node, run }: { node: NodeId; run: NodeRun | undefined }) {
  const goesOn = useRunPart((view) => view?.live === true || (view?.replay !== undefined && view.state?.phase.type !== "finished"));
  const isHeld = useRunPart((view) => isHeldUp(view, run));
  const iterations = useIterationsText(node);
  const staleness = useStaleness(node);
  if (!run) return iterations && <footer className="border-line border-t px-2.5 py-1.5 text-2xs text-ink-faint tabular-nums">{iterations}</footer>;
  const detail = iterations ?? detailOf(run);
  return (
    <footer data-stale={staleness} data-held={isHeld || undefined} className="border-line border-t px-2.5 py-1.5">
      <div className="node-result flex items-center justify-between gap-2">
        <StatusText state={isHeld ? "held" : shownNodeState(run, goesOn)} size={13} />
        {detail && <span className="min-w-0 truncate text-2xs text-ink-faint tabular-nums">{detail}</span>}
      </div>
      {run.state === "reused" && <ReusedFrom run={run} />}
      <UnderWay run={run} />
      {"failure" in run && <FailureLines failure={run.failure} />}
      <Activity run={run} />
      {staleness && <StaleNote staleness={staleness} />}
    </footer>
  );
}

/** Which tools or members it has called and waits for. */
function UnderWay({ run }: { run: NodeRun }) {
  const names = useRunPart(useCallback((view: RunView | undefined) => callsUnderWay(view?.state?.plan, run), [run]));
  if (names === undefined) return null;
  return <p className="mt-1 truncate text-2xs text-ink-muted">Calls {names}</p>;
}

function FailureLines({ failure }: { failure: Extract<NodeRun, { state: "failed" }>["failure"] }) {
  const { title, advice } = failureAdvice(failure);
  return (
    <Tooltip
      side="bottom"
      text={
        <span>
          <span className="font-medium">{title}.</span> {advice}
        </span>
      }
    >
      <p className="wrap-anywhere mt-1 line-clamp-3 text-2xs text-ink-muted">{failure.message}</p>
    </Tooltip>
  );
}

const STALE_TEXT: Readonly<Record<Staleness, string>> = {
  own: "Its settings or wires have changed since this run.",
  upstream: "Something it gets its values from has changed since this run.",
};

function StaleNote({ staleness }: { staleness: Staleness }) {
  return (
    <Tooltip text={STALE_TEXT[staleness]} side="bottom">
      <p className="mt-1 flex items-center gap-1 text-2xs text-ink-muted">
        <Pencil size={10} aria-hidden className="shrink-0" />
        Changed since this run
      </p>
    </Tooltip>
  );
}

/** What a node shows while it runs. */
function Activity({ run }: { run: NodeRun }) {
  const activity = useNodeActivity(nodeKey(run.node, run.path));
  if (!activity) return null;
  return (
    <div className="mt-1.5 flex flex-col gap-1.5">
      {activity.progress && (
        <div className="text-2xs">
          <NodeProgress {...activity.progress} />
        </div>
      )}
      {activity.text !== "" && <Tail text={activity.text} />}
      {activity.preview?.mediaType.startsWith("image/") && (
        <img
          src={`data:${activity.preview.mediaType};base64,${activity.preview.data}`}
          alt="Preview of what it makes"
          draggable={false}
          className="max-h-24 w-full rounded-md border border-line object-contain"
        />
      )}
    </div>
  );
}

const SKIPPED = { disabled: "disabled", "no-value": "nothing came", "left-out": "not in this run" } as const;

function detailOf(run: NodeRun): string | undefined {
  if (run.state === "skipped") return SKIPPED[run.reason];
  const cost = Object.values(run.charges).reduce((sum, { settled = 0 }) => sum + settled, 0);
  const parts = [tookOf(run), run.attempt > 1 ? `attempt ${run.attempt}` : undefined, cost > 0 ? formatDollars(cost) : undefined];
  return parts.filter((part) => part !== undefined).join(" · ") || undefined;
}

function tookOf(run: NodeRun): string | undefined {
  if (!("finishedAt" in run) || run.startedAt === undefined || run.state === "reused") return undefined;
  return formatDuration(Date.parse(run.finishedAt) - Date.parse(run.startedAt));
}
