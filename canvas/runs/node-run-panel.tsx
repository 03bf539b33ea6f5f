import { CircleDashed, Play } from "lucide-react";
import type { NodeId } from "#runtime/graph/ids.ts";
import type { IterationPath } from "#runtime/run/events.ts";
import { nodeKey } from "#runtime/run/run-state.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { LoadError } from "../ui/load-error.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { ChildRuns } from "./child-runs.tsx";
import { partsOf, partsText } from "./delegated-parts.ts";
import { EarlierEvents } from "./earlier-events.tsx";
import { useChosenIterations } from "./iteration-choice.ts";
import { IterationStepper } from "./iteration-stepper.tsx";
import { IterationSummary } from "./iteration-summary.tsx";
import { type IterationLevel, levelAt, levelsAround } from "./iterations-view.ts";
import { NodeCalls } from "./node-calls.tsx";
import { NodeRunActions } from "./node-run-actions.tsx";
import { NodeRunDetails } from "./node-run-details.tsx";
import { PinnedOutput } from "./pinned-output.tsx";
import { lacksIterations } from "./run-record.ts";
import { RunSection } from "./run-section.tsx";
import { type RunView, useRunView } from "./run-view.ts";

/** How a node fared in the run that is looked at: state, time, what came in and went out, logs, what went wrong. */
export function NodeRunPanel({ nodeId }: { nodeId: NodeId }) {
  const view = useRunView();
  const chosen = useChosenIterations(view?.runId);
  if (!view)
    return (
      <>
        <EmptyState icon={<Play size={16} aria-hidden />} title="No run yet" text="Run the graph to see here what this node was given and what it yielded." />
        <PinnedOutput node={nodeId} />
      </>
    );
  if (view.problem) return <LoadError title="This run cannot be shown" text={view.problem} onRetry={() => location.reload()} />;
  if (!view.state) return <PanelSkeleton />;
  if (view.state.plan.callables?.[nodeId] && !view.state.plan.nodes[nodeId]) return <NodeCalls key={nodeId} view={view} node={nodeId} />;
  if (!view.state.plan.nodes[nodeId])
    return <EmptyState icon={<CircleDashed size={16} aria-hidden />} title="Not part of this run" text="The node was added after the run began." />;
  const levels = levelsAround(view, nodeId, chosen);
  const path = levels.flatMap(({ index }) => (index === undefined ? [] : [index]));
  const isBegun = path.length === levels.length;
  const own = isBegun ? levelAt(view, { container: nodeId, path, chosen }) : undefined;
  return (
    <div className="flex flex-col">
      {lacksEvents(view, own ? [...levels, own] : levels) && (
        <div className="px-4 pt-4">
          <EarlierEvents view={view} />
        </div>
      )}
      {levels.some(({ iterations }) => iterations.length > 0) && (
        <div className="flex flex-col gap-2 px-4 pt-4">
          {levels.map((level) => (
            <IterationStepper key={level.container} run={view.runId} level={level} word={wordFor(view, level)} />
          ))}
        </div>
      )}
      {isBegun ? <NodeRunOf view={view} node={nodeId} path={path} own={own} /> : <NotBegun view={view} around={levels.at(-1)} />}
      <NodeRunActions view={view} node={nodeId} />
    </div>
  );
}

/** Why a node inside of containers has no run to show. */
function NotBegun({ view, around }: { view: RunView; around: IterationLevel | undefined }) {
  const run = around && view.state?.nodes.get(around.key);
  const parts = run && partsOf(run, !view.live);
  if (parts)
    return (
      <>
        <p className="p-4 text-ink-muted text-xs">
          The iterations of the container around it run in runs of their own, part by part: {partsText(parts)}. Open a part to look inside.
        </p>
        <ChildRuns title="Parts" runs={parts.parts} graph={view.summary?.graph} />
      </>
    );
  return (
    <p className="p-4 text-ink-muted text-xs">
      {view.live ? "It runs in each iteration of the container around it; none has begun yet." : "No iteration of the container around it was begun."}
    </p>
  );
}

/** Whether some of the iterations are known only in part yet. */
function lacksEvents({ state, record }: RunView, levels: readonly IterationLevel[]): boolean {
  return levels.some(({ key }) => {
    const run = state?.nodes.get(key);
    return state && run && lacksIterations(record, run, state);
  });
}

/** A node run with the iterations it asked for. */
function NodeRunOf({ view, node, path, own }: { view: RunView; node: NodeId; path: IterationPath; own: IterationLevel | undefined }) {
  const run = view.state?.nodes.get(nodeKey(node, path));
  if (!run) return <p className="p-4 text-ink-muted text-xs">It did not run in this iteration.</p>;
  const item = own?.index === undefined ? undefined : view.state?.nodes.get(nodeKey(node, [...path, own.index]));
  const current = own?.iterations.find(({ index }) => index === own.index);
  return (
    <NodeRunDetails key={nodeKey(node, path)} view={view} run={run}>
      {own && own.iterations.length > 0 && (
        <RunSection title={`${wordFor(view, own)}s`} aside={own.total}>
          <IterationStepper run={view.runId} level={own} word={wordFor(view, own)} />
          {item ? (
            <div className="-mx-4 pt-2">
              <NodeRunDetails key={nodeKey(node, item.path)} view={view} run={item} />
            </div>
          ) : (
            current && <IterationSummary run={view.runId} iteration={current} />
          )}
        </RunSection>
      )}
    </NodeRunDetails>
  );
}

function wordFor({ state }: RunView, { container }: IterationLevel): string {
  const planNode = state?.plan.nodes[container];
  if (planNode?.eachItemOf !== undefined) return "Item";
  return planNode?.role === "loop" ? "Round" : "Iteration";
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
