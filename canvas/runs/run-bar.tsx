import { ChevronUp, CircleStop, Pause, Play, Skull, X } from "lucide-react";
import { type ReactNode, useState } from "react";
import { toast } from "sonner";
import type { NodeId } from "#runtime/graph/ids.ts";
import { errorText } from "../api/api-problem.ts";
import { useLiveStatus } from "../api/live.ts";
import { Button } from "../ui/button.tsx";
import { classes } from "../ui/classes.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { StatusText } from "../ui/status.tsx";
import { Elapsed } from "./elapsed.tsx";
import { KillDialog } from "./kill-dialog.tsx";
import { needsDecision, progressOf, runSpan, shownState } from "./run-progress.ts";
import { type RunView, useRunActions } from "./run-view.ts";

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
  const failure = view.state?.phase.type === "finished" ? view.state.phase.failure : view.summary?.failure;
  const waiting = view.live ? needsDecision(view.state) : undefined;
  const reason = view.state?.phase.type === "held" || view.state?.phase.type === "stopping" ? view.state.phase.reason : view.summary?.reason;
  return (
    <div data-run-id={view.runId} data-run-state={state} className="flex h-10 shrink-0 items-center gap-4 overflow-hidden pr-2 pl-4 text-xs">
      <span role="status" className="flex">
        <StatusText state={state} size={15} />
      </span>
      <span className="text-ink-muted">
        <Elapsed {...runSpan(view)} live={view.live} />
      </span>
      {view.state && <Progress {...progressOf(view.state)} live={view.live} />}
      {reason && !failure && <span className="min-w-0 truncate text-ink-faint">{reason}</span>}
      {failure && <FailureLink failure={failure} onSelect={onSelect} />}
      {view.problem && <span className="min-w-0 truncate text-danger">{view.problem}</span>}
      {view.live && <LiveNotice />}
      <div className="ml-auto flex shrink-0 items-center gap-1">
        {waiting && (
          <Button size="small" className="text-warning" onClick={() => onSelect(waiting.node)}>
            Needs a decision
          </Button>
        )}
        {view.live && <Controls isHeld={state === "held"} />}
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
        {mayClear && !view.live && <IconButton label="Take this run off the board" size="small" side="top" icon={<X size={14} />} onClick={clear} />}
      </div>
    </div>
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

function Controls({ isHeld }: { isHeld: boolean }) {
  const actions = useRunActions();
  const [isKilling, setKilling] = useState(false);
  const [busy, setBusy] = useState(false);
  const act = async (work: () => Promise<void>, failed: string) => {
    setBusy(true);
    try {
      await work();
    } catch (error) {
      toast.error(failed, { description: errorText(error) });
    }
    setBusy(false);
  };
  return (
    <>
      {isHeld ? (
        <Control label="Resume" icon={<Play size={13} />} disabled={busy} onClick={() => void act(actions.resume, "The run could not go on")} />
      ) : (
        <Control label="Hold" icon={<Pause size={13} />} disabled={busy} onClick={() => void act(actions.hold, "The run could not be held")} />
      )}
      <Control label="Cancel" icon={<CircleStop size={13} />} disabled={busy} onClick={() => void act(actions.cancel, "The run could not be cancelled")} />
      <Control label="Kill…" icon={<Skull size={13} />} disabled={busy} onClick={() => setKilling(true)} />
      {isKilling && <KillDialog onClose={() => setKilling(false)} onKill={(why) => act(() => actions.kill(why), "The run could not be killed")} />}
    </>
  );
}

/** Where there is little room, the icon stands for the word. */
function Control({ label, icon, disabled, onClick }: { label: string; icon: ReactNode; disabled: boolean; onClick(): void }) {
  return (
    <Button size="small" look="quiet" aria-label={label} title={label} icon={icon} disabled={disabled} onClick={onClick}>
      <span className="@max-3xl:hidden">{label}</span>
    </Button>
  );
}

function Progress({ settled, total, live }: { settled: number; total: number; live: boolean }) {
  return (
    <span className="@max-lg:hidden flex items-center gap-2 text-ink-muted">
      {live && (
        <span className="@max-3xl:hidden h-1 w-24 overflow-hidden rounded-full bg-hover">
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
