import { ChevronUp, History, Pin, X } from "lucide-react";
import type { NodeId } from "#runtime/graph/ids.ts";
import type { NodeRun, RunState } from "#runtime/run/run-state.ts";
import type { RunSummary } from "#server/contract/runs.ts";
import { useLiveStatus } from "../api/live.ts";
import { useNameOf } from "../session/use-name-of.ts";
import { Button } from "../ui/button.tsx";
import { classes } from "../ui/classes.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { StatusText } from "../ui/status.tsx";
import { Elapsed } from "./elapsed.tsx";
import { chooseAround } from "./iteration-choice.ts";
import { OngoingMenu } from "./ongoing-menu.tsx";
import { RerunMenu } from "./rerun-menu.tsx";
import { RunControls } from "./run-controls.tsx";
import { RunCost } from "./run-cost.tsx";
import { needsDecision, progressOf, queuedReason, runSpan, shownState } from "./run-progress.ts";
import { PARENT_WORDS } from "./run-purposes.ts";
import { RunReference } from "./run-reference.tsx";
import { type RunView, useRunActions } from "./run-view.ts";
import { runWaitOf } from "./run-wait.ts";
import { RunWaitView } from "./run-wait-view.tsx";
import { useReplay } from "./use-replay.ts";

export interface RunBarProps {
  view: RunView;
  /** A run that is looked at as it was stays where it is. */
  mayClear: boolean;
  isOpen: boolean;
  onToggle(): void;
  /** Shows a node with its run. */
  onSelect(node: NodeId): void;
}

/** A run in one line: state, time, how far it is, and what can be done with it. */
export function RunBar({ view, mayClear, isOpen, onToggle, onSelect }: RunBarProps) {
  const { clear } = useRunActions();
  const state = shownState(view);
  const isReplayed = view.replay !== undefined;
  const failure = view.state?.phase.type === "finished" ? view.state.phase.failure : isReplayed ? undefined : view.summary?.failure;
  const replay = useReplay();
  const waiting = view.live ? needsDecision(view.state) : undefined;
  const phase = view.state?.phase;
  const reason = phase?.type === "held" || phase?.type === "stopping" ? phase.reason : isReplayed ? undefined : (view.summary?.reason ?? queuedReason(view));
  const wait = state === "waiting" && !reason && view.state ? runWaitOf(view.state, Date.now()) : undefined;
  const show = (run: NodeRun) => {
    if (view.state) chooseAround(view.runId, view.state.plan, run);
    onSelect(run.node);
  };
  return (
    <div data-run-id={view.runId} data-run-state={state} className="flex h-10 shrink-0 items-center gap-4 overflow-hidden pr-2 pl-4 text-xs">
      <span role="status" className="flex">
        <StatusText state={state} size={15} {...(isReplayed && { detail: "replay" })} />
      </span>
      <span className="text-ink-muted">
        {isReplayed ? <Elapsed startedAt={view.state?.startedAt} finishedAt={view.replay?.at} live={false} /> : <Elapsed {...runSpan(view)} live={view.live} />}
      </span>
      {view.summary && <Starter summary={view.summary} />}
      {view.state && <Progress {...progressOf(view.state)} live={view.live} />}
      {view.state && <Pinned state={view.state} />}
      <RunCost view={view} />
      {view.summary?.parent && <Parent summary={view.summary} />}
      {view.record.handler && <Handler handler={view.record.handler} />}
      {reason && !failure && <span className="min-w-0 truncate text-ink-faint">{reason}</span>}
      {failure && <FailureLink failure={failure} onSelect={onSelect} />}
      {wait && <RunWaitView wait={wait} graph={view.summary?.graph} onSelect={show} />}
      {view.problem && <span className="min-w-0 truncate text-danger">{view.problem}</span>}
      {view.live && <LiveNotice />}
      <div className="ml-auto flex shrink-0 items-center gap-1">
        {waiting && (
          <Button size="small" className="text-warning" onClick={() => show(waiting)}>
            Needs a decision
          </Button>
        )}
        {view.live && <RunControls isHeld={state === "held"} />}
        {!view.live && !isReplayed && view.summary && <RerunMenu summary={view.summary} state={state} />}
        {mayClear && <OngoingMenu shown={view.runId} />}
        <Button
          size="small"
          look="quiet"
          aria-pressed={isReplayed}
          aria-label="Replay"
          title="Replay (Shift+R)"
          icon={<History size={14} aria-hidden />}
          disabled={!view.state}
          onClick={replay.toggle}
        >
          <span className="@max-3xl:hidden">Replay</span>
        </Button>
        <Button
          size="small"
          look="quiet"
          aria-expanded={isOpen}
          aria-label="Details"
          icon={<ChevronUp size={14} aria-hidden className={classes("transition-transform duration-(--quick)", isOpen && "rotate-180")} />}
          onClick={onToggle}
        >
          <span className="@max-lg:hidden">Details</span>
        </Button>
        {mayClear && !view.live && !isReplayed && (
          <IconButton label="Take this run off the board" size="small" side="top" icon={<X size={14} />} onClick={clear} />
        )}
      </div>
    </div>
  );
}

/** Who began it. */
function Starter({ summary: { actor, parent } }: { summary: RunSummary }) {
  const nameOf = useNameOf();
  if (parent && parent.purpose !== "rerun") return null;
  return <span className="@max-2xl:hidden max-w-40 shrink-0 truncate text-ink-muted">by {nameOf(actor)}</span>;
}

/** That values somebody set stand for nodes that did not run. */
function Pinned({ state }: { state: RunState }) {
  let count = 0;
  for (const run of state.nodes.values()) if (run.state === "reused" && run.reason === "pinned") count++;
  if (count === 0) return null;
  return (
    <span className="flex items-center gap-1 whitespace-nowrap text-accent">
      <Pin size={12} fill="currentColor" aria-hidden />
      with {count === 1 ? "one pinned node" : `${count} pinned nodes`}
    </span>
  );
}

/** The run it belongs to. */
function Parent({ summary: { parent, graph } }: { summary: RunSummary }) {
  if (!parent) return null;
  const isSameGraph = parent.purpose === "slice" || parent.purpose === "worker" || parent.purpose === "rerun";
  return (
    <span className="@max-3xl:hidden flex min-w-0 items-center gap-1 whitespace-nowrap text-ink-muted">
      {PARENT_WORDS[parent.purpose]} <RunReference run={parent.run} {...(isSameGraph && { graph })} />
    </span>
  );
}

/** What becomes of its failure in the error-handler graph. */
function Handler({ handler }: { handler: NonNullable<RunView["record"]["handler"]> }) {
  if ("problem" in handler) return <span className="@max-3xl:hidden min-w-0 truncate text-danger">The error handler did not run: {handler.problem}</span>;
  return (
    <span className="@max-3xl:hidden flex min-w-0 items-center gap-1 whitespace-nowrap text-ink-muted">
      Handled by <RunReference run={handler.run} withState />
    </span>
  );
}

/** Says when news of the run cannot come. */
function LiveNotice() {
  const status = useLiveStatus();
  if (status.state === "waiting") return <span className="min-w-0 truncate text-warning">Connection lost; trying again…</span>;
  if (status.state === "stopped") return <span className="min-w-0 truncate text-danger">{status.message}</span>;
  return null;
}

function FailureLink({ failure, onSelect }: { failure: { message: string; node?: NodeId | undefined }; onSelect(node: NodeId): void }) {
  const { node, message } = failure;
  if (!node) return <span className="min-w-0 truncate text-ink-muted">{message}</span>;
  return (
    <button type="button" className="min-w-0 truncate text-ink-muted hover:text-ink hover:underline" onClick={() => onSelect(node)}>
      {message}
    </button>
  );
}

function Progress({ settled, total, live }: { settled: number; total: number; live: boolean }) {
  return (
    <span className="@max-lg:hidden flex items-center gap-2 text-ink-muted">
      {live && (
        <span className="@max-6xl:hidden h-1 w-24 overflow-hidden rounded-full bg-hover">
          <span
            className="block h-full rounded-full bg-running transition-[width] duration-(--calm)"
            style={{ width: `${total === 0 ? 0 : (settled / total) * 100}%` }}
          />
        </span>
      )}
      <span className="whitespace-nowrap tabular-nums">
        {settled} of {total} nodes
      </span>
    </span>
  );
}
