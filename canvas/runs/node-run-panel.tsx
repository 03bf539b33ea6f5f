import { CircleDashed, Play } from "lucide-react";
import type { ReactNode } from "react";
import type { NodeId } from "#runtime/graph/ids.ts";
import { type NodeRun, nodeKey, type RunState } from "#runtime/run/run-state.ts";
import { listApprovals } from "#server/contract/approvals.ts";
import { useApi } from "../api/queries.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { LoadError } from "../ui/load-error.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { StatusText } from "../ui/status.tsx";
import { TimeAgo } from "../ui/time-ago.tsx";
import { DecisionForm } from "./decision-form.tsx";
import { Elapsed } from "./elapsed.tsx";
import { FailureView } from "./failure-view.tsx";
import { LogLines } from "./log-lines.tsx";
import { NodeActivityView } from "./node-activity-view.tsx";
import { nodeInputs } from "./node-inputs.ts";
import { spanOf } from "./run-progress.ts";
import { RunSection } from "./run-section.tsx";
import { type RunView, shownNodeState, useNodeActivity, useRunView } from "./run-view.ts";
import { StoredValueView } from "./stored-value-view.tsx";

/** How a node fared in the run that is looked at: state, time, what came in and went out, logs, what went wrong. */
export function NodeRunPanel({ nodeId }: { nodeId: NodeId }) {
  const view = useRunView();
  if (!view)
    return (
      <EmptyState icon={<Play size={16} aria-hidden />} title="No run yet" text="Run the graph to see here what this node was given and what it yielded." />
    );
  if (view.problem) return <LoadError title="This run cannot be shown" text={view.problem} onRetry={() => location.reload()} />;
  if (!view.state) return <PanelSkeleton />;
  const run = view.state.nodes.get(nodeKey(nodeId, []));
  if (!run) return <EmptyState icon={<CircleDashed size={16} aria-hidden />} title="Not part of this run" text="The node was added after the run began." />;
  return <NodeRunDetails view={view} state={view.state} run={run} />;
}

function NodeRunDetails({ view, state, run }: { view: RunView; state: RunState; run: NodeRun }) {
  const activity = useNodeActivity(run.node);
  const inputs = nodeInputs(state, run.node);
  const outputs = "outputs" in run ? Object.entries(run.outputs) : [];
  const lines = activity ? [...run.logs, ...activity.lines] : run.logs;
  const steps = Object.entries(run.steps);
  return (
    <div className="flex flex-col">
      <div className="flex flex-col gap-3 p-4">
        <Facts run={run} live={view.live} />
        {activity && <NodeActivityView activity={activity} />}
        <WhatNow view={view} run={run} />
      </div>
      {inputs.length > 0 && (
        <RunSection title="Inputs">
          <div className="flex flex-col gap-2">
            {inputs.flatMap(({ port, sources }) =>
              sources.map(({ edge, label, value }) =>
                value ? (
                  <StoredValueView key={edge} runId={view.runId} name={port} detail={`from ${label}`} value={value} />
                ) : (
                  <Missing key={edge} name={port} text={`Nothing came from ${label}`} />
                ),
              ),
            )}
          </div>
        </RunSection>
      )}
      {outputs.length > 0 && (
        <RunSection title="Outputs">
          <div className="flex flex-col gap-2">
            {outputs.map(([port, value]) => (
              <StoredValueView key={port} runId={view.runId} name={port} value={value} />
            ))}
          </div>
        </RunSection>
      )}
      {lines.length > 0 && (
        <RunSection title="Log" aside={lines.length}>
          <div className="max-h-80 overflow-auto">
            <LogLines lines={lines} />
          </div>
        </RunSection>
      )}
      {steps.length > 0 && (
        <RunSection title="Recorded steps" aside={steps.length} startsOpen={false}>
          <div className="flex flex-col gap-2">
            {steps.map(([name, { result }]) =>
              result ? <StoredValueView key={name} runId={view.runId} name={name} value={result} /> : <Missing key={name} name={name} text="Under way" />,
            )}
          </div>
        </RunSection>
      )}
    </div>
  );
}

function Facts({ run, live }: { run: NodeRun; live: boolean }) {
  const span = spanOf(run);
  return (
    <>
      <div className="flex items-center justify-between">
        <StatusText state={shownNodeState(run, live)} size={16} />
        <span className="text-ink-muted text-xs">{run.startedAt && <Elapsed {...span} live={live} />}</span>
      </div>
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-xs">
        {run.startedAt && (
          <Fact label="Started">
            <TimeAgo time={run.startedAt} />
          </Fact>
        )}
        {span.finishedAt && (
          <Fact label="Ended">
            <TimeAgo time={span.finishedAt} />
          </Fact>
        )}
        {run.attempt > 1 && <Fact label="Attempts">{run.attempt}</Fact>}
        {run.losses > 0 && <Fact label="Interrupted">{run.losses === 1 ? "once" : `${run.losses} times`}</Fact>}
      </dl>
    </>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-ink-faint">{label}</dt>
      <dd className="text-right text-ink-muted tabular-nums">{children}</dd>
    </>
  );
}

/** What the state means, and what can be done about it. */
function WhatNow({ view, run }: { view: RunView; run: NodeRun }) {
  switch (run.state) {
    case "pending":
      return <p className="text-ink-muted text-xs">{view.live ? "It starts when everything it needs has arrived." : "The run ended before its turn came."}</p>;
    case "waiting":
      return <p className="text-ink-muted text-xs">Waits until {new Date(run.request.until).toLocaleString("en")}.</p>;
    case "retrying":
      return (
        <>
          <p className="text-ink-muted text-xs">Tries again at {new Date(run.dueAt).toLocaleTimeString("en")}.</p>
          <FailureView failure={run.failure} />
        </>
      );
    case "uncertain":
      return <Uncertain view={view} run={run} />;
    case "skipped":
      return (
        <p className="text-ink-muted text-xs">
          {run.reason === "disabled" ? "The node is disabled." : "Something it needs did not get a value, so there was nothing to do."}
        </p>
      );
    case "cancelled":
      return (
        <p className="text-ink-muted text-xs">
          {run.happened === "no" ? "It was stopped before anything happened." : "It was stopped while it ran; what it had begun may have happened."}
        </p>
      );
    case "deciding":
      return <FailureView failure={run.failure} />;
    case "failed":
      return (
        <>
          <FailureView failure={run.failure} />
          {run.handling !== "fail" && (
            <p className="text-ink-muted text-xs">
              {run.handling === "branch" ? "The run went on through the failure port." : "The run went on with the default value."}
            </p>
          )}
        </>
      );
    default:
      return null;
  }
}

function Uncertain({ view, run }: { view: RunView; run: NodeRun & { state: "uncertain" } }) {
  const gates = useApi(listApprovals, { query: { limit: 200, search: run.node } }, { enabled: view.live });
  const gate = gates.data?.items.find((item) => item.run === view.runId && item.node === run.node);
  return (
    <>
      <FailureView failure={run.failure} isOpen />
      <div className="flex flex-col gap-1">
        <h3 className="font-medium text-sm">Did it happen?</h3>
        <p className="text-ink-muted text-xs">
          The write was begun, and then nothing proved how it ended. It is not repeated by itself. Look in the outside system, then say what is true.
        </p>
      </div>
      {gate && <DecisionForm gate={gate} />}
      {gates.isPending && view.live && <Skeleton className="h-24 w-full" />}
      {gates.error && <LoadError title="The question could not be loaded" text={gates.error.message} onRetry={() => void gates.refetch()} />}
      {gates.data && !gate && <p className="text-ink-muted text-xs">This has been decided; the run goes on in a moment.</p>}
    </>
  );
}

function Missing({ name, text }: { name: string; text: string }) {
  return (
    <div className="flex h-8 items-center gap-2 rounded-md border border-line border-dashed px-2.5 text-xs">
      <span className="font-mono text-ink-muted">{name}</span>
      <span className="truncate text-ink-faint">{text}</span>
    </div>
  );
}

function PanelSkeleton() {
  return (
    <div role="status" aria-label="Loading the run" className="flex flex-col gap-3 p-4">
      <Skeleton className="h-4 w-28" />
      <Skeleton className="h-3 w-40" />
      <Skeleton className="h-24 w-full" />
    </div>
  );
}
