import { X } from "lucide-react";
import { useBoardActions } from "../board/board-actions.ts";
import { useEditor } from "../document/editor-context.ts";
import { useRunActions, useRunPart } from "../runs/run-view.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { StatusText } from "../ui/status.tsx";
import { formatDuration, TimeAgo } from "../ui/time-ago.tsx";
import { useEditorView } from "./editor-view.ts";

/** The run whose states are on the board: how it stands, and why it failed. */
export function RunPill() {
  const summary = useRunPart((view) => view?.summary);
  const isLive = useRunPart((view) => view?.live === true);
  const { clear } = useRunActions();
  const { document } = useEditor();
  const { focusNode } = useBoardActions();
  const { setTab } = useEditorView();
  if (!summary || !document) return null;
  const { state, failure, startedAt, finishedAt } = summary;
  const show = () => {
    if (!failure?.node) return;
    focusNode(failure.node);
    setTab("run");
  };
  return (
    <div className="pointer-events-none absolute inset-x-0 top-3 z-10 flex justify-center">
      <div
        role="status"
        data-run-id={summary.id}
        data-run-state={state}
        className="pointer-events-auto flex h-8 max-w-[70%] animate-rise items-center gap-2.5 rounded-full border border-line bg-surface pr-1 pl-3 text-xs shadow-card"
      >
        <StatusText state={state} />
        {failure && (
          <button type="button" className="min-w-0 truncate text-ink-muted hover:text-ink hover:underline" onClick={show}>
            {failure.message}
          </button>
        )}
        <span className="whitespace-nowrap pr-1 text-ink-faint tabular-nums">
          {startedAt && finishedAt && `${formatDuration(Date.parse(finishedAt) - Date.parse(startedAt))} · `}
          <TimeAgo time={summary.createdAt} />
        </span>
        {!isLive && <IconButton label="Take this run off the board" icon={<X size={13} />} size="small" className="rounded-full" onClick={clear} />}
      </div>
    </div>
  );
}
