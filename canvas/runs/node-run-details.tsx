import type { ReactNode } from "react";
import { type NodeRun, nodeKey } from "#runtime/run/run-state.ts";
import { hasMembers } from "../document/containers.ts";
import { ScrollBox } from "../ui/scroll-box.tsx";
import { StatusText } from "../ui/status.tsx";
import { TimeAgo } from "../ui/time-ago.tsx";
import { AgentTrace } from "./agent-trace-view.tsx";
import { ChildRuns } from "./child-runs.tsx";
import { ConversationButton } from "./conversation-place.tsx";
import { ConversationView } from "./conversation-view.tsx";
import { Elapsed } from "./elapsed.tsx";
import { formatDollars } from "./format-dollars.ts";
import { LogLines } from "./log-lines.tsx";
import { NodeActivityView } from "./node-activity-view.tsx";
import { nodeInputs } from "./node-inputs.ts";
import { NodeRunState } from "./node-run-state.tsx";
import { spanOf } from "./run-progress.ts";
import { RunSection } from "./run-section.tsx";
import { type RunView, shownNodeState, useNodeActivity } from "./run-view.ts";
import { StoredValueView } from "./stored-value-view.tsx";

/** One node run: its state and what to do about it, then `children`, values, log, steps, costs, runs it began. */
export function NodeRunDetails({ view, run, children }: { view: RunView; run: NodeRun; children?: ReactNode }) {
  const activity = useNodeActivity(nodeKey(run.node, run.path));
  const inputs = nodeInputs(view, run.node, run.path);
  const outputs = "outputs" in run ? Object.entries(run.outputs) : [];
  const lines = activity ? [...run.logs, ...activity.lines] : run.logs;
  const steps = Object.entries(run.steps);
  return (
    <div className="flex flex-col">
      <div className="flex flex-col gap-3 p-4">
        <Facts run={run} live={view.live} />
        {activity && <NodeActivityView activity={activity} />}
        <NodeRunState view={view} run={run} />
      </div>
      {children}
      <Conversation view={view} run={run} />
      <AgentTrace view={view} run={run} />
      {inputs.length > 0 && (
        <RunSection title="Inputs">
          <Values>
            {inputs.flatMap(({ port, sources }) =>
              sources.map(({ edge, from, value }) =>
                value ? (
                  <StoredValueView key={edge} runId={view.runId} name={port} detail={from} value={value} />
                ) : (
                  <Missing key={edge} name={port} text={`Nothing came ${from}`} />
                ),
              ),
            )}
          </Values>
        </RunSection>
      )}
      {outputs.length > 0 && (
        <RunSection title="Outputs">
          <Values>
            {outputs.map(([port, value]) => (
              <StoredValueView key={port} runId={view.runId} name={port} value={value} />
            ))}
          </Values>
        </RunSection>
      )}
      {lines.length > 0 && (
        <RunSection title="Log" aside={lines.length}>
          <ScrollBox label="Log of the node" className="max-h-80 overflow-auto">
            <LogLines lines={lines} />
          </ScrollBox>
        </RunSection>
      )}
      {steps.length > 0 && (
        <RunSection title="Recorded steps" aside={steps.length} startsOpen={false}>
          <Values>
            {steps.map(([name, { result }]) =>
              result ? <StoredValueView key={name} runId={view.runId} name={name} value={result} /> : <Missing key={name} name={name} text="Under way" />,
            )}
          </Values>
        </RunSection>
      )}
      <Costs run={run} />
      <ChildRuns title="Runs it began" runs={run.children ?? []} graph={view.summary?.graph} labels={view.state?.plan.callables} />
    </div>
  );
}

/** Beside the board where it stands for itself; in an iteration, here. */
function Conversation({ view, run }: { view: RunView; run: NodeRun }) {
  const type = view.state?.plan.nodes[run.node]?.type;
  if (type === undefined || !hasMembers({ type })) return null;
  if (run.path.length === 0)
    return (
      <div className="px-4 pb-4">
        <ConversationButton run={run} />
      </div>
    );
  return (
    <RunSection title="Conversation">
      <div className="-mx-4 flex h-96 flex-col">
        <ConversationView view={view} run={run} />
      </div>
    </RunSection>
  );
}

function Values({ children }: { children: ReactNode }) {
  return <div className="flex flex-col gap-2">{children}</div>;
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

/** What it was charged, by the name of each charge; what is set aside is not spent yet. */
function Costs({ run }: { run: NodeRun }) {
  const charges = Object.entries(run.charges);
  if (charges.length === 0) return null;
  const total = charges.reduce((sum, [, { settled = 0 }]) => sum + settled, 0);
  return (
    <RunSection title="Cost" aside={formatDollars(total)} startsOpen={false}>
      <dl className="grid grid-cols-[1fr_auto] gap-x-4 gap-y-1 text-xs">
        {charges.map(([name, { reserved, settled }]) => (
          <Fact key={name} label={name}>
            {settled === undefined ? `${formatDollars(reserved)} set aside` : formatDollars(settled)}
          </Fact>
        ))}
      </dl>
    </RunSection>
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
