import { ArrowLeft, CircleAlert, CircleCheck, History, Play, Settings2, Square } from "lucide-react";
import { useMemo, useState } from "react";
import { Link } from "react-router";
import { AgentLink } from "../agents/agent-link.tsx";
import { ChatButton } from "../chat/chat-place.tsx";
import type { Command } from "../commands/command.ts";
import { useProvideCommands } from "../commands/command-store.ts";
import { CommentsButton } from "../comments/comments-button.tsx";
import { useProblems } from "../document/analysis.tsx";
import { useEditor } from "../document/editor-context.ts";
import { PeerAvatars } from "../presence/peer-avatars.tsx";
import { DraftBadge } from "../revisions/draft-badge.tsx";
import { HistoryButton } from "../revisions/history-button.tsx";
import { useRunPart } from "../runs/run-view.ts";
import { MayButton } from "../session/may-button.tsx";
import { ShareButton } from "../sharing/share-button.tsx";
import { Badge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { classes } from "../ui/classes.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { Kbd } from "../ui/kbd.tsx";
import { NotAllowed } from "../ui/not-allowed.tsx";
import { StatusText } from "../ui/status.tsx";
import { TimeAgo } from "../ui/time-ago.tsx";
import { Tooltip } from "../ui/tooltip.tsx";
import { useEditorView } from "./editor-view.ts";
import { GraphName } from "./graph-name.tsx";
import { GraphSettingsDialog } from "./graph-settings.tsx";
import { PublishButton } from "./publish-button.tsx";
import { SaveIndicator } from "./save-indicator.tsx";
import { UndoButtons } from "./undo-buttons.tsx";
import type { RunControl } from "./use-run.ts";

/** Above the board: what it is called, whether it is saved, who is here, and Run. */
export function EditorHeader({ run }: { run: RunControl }) {
  const { document, undo, graphId } = useEditor();
  const { historyOpen, toggleHistory } = useEditorView();
  return (
    <header className="flex h-12 shrink-0 items-center gap-2 border-line border-b bg-surface pr-3 pl-2">
      <div className="flex min-w-0 flex-1 items-center gap-3">
        <GraphName label="Name of the graph" />
        {document ? <SaveIndicator document={document} /> : <PastRun graphId={graphId} />}
        {document && <DraftBadge />}
        {document && <AgentLink />}
      </div>
      <PeerAvatars />
      {undo && <UndoButtons undo={undo} />}
      {document && <ProblemsButton />}
      {document && <ChatButton />}
      {document && <CommentsButton />}
      {document && <HistoryButton />}
      <IconButton label="Runs" keys="H" icon={<History size={16} />} active={historyOpen} onClick={toggleHistory} />
      {document && <SettingsButton />}
      {document && <ShareButton />}
      {document && <PublishButton document={document} />}
      {document && <RunButton run={run} />}
    </header>
  );
}

function SettingsButton() {
  const [isOpen, setOpen] = useState(false);
  useProvideCommands(
    useMemo<Command[]>(
      () => [{ id: "graph-settings", title: "Graph settings…", group: "Edit", keywords: ["description", "budget", "error handler"], run: () => setOpen(true) }],
      [],
    ),
  );
  return (
    <>
      <IconButton label="Graph settings" icon={<Settings2 size={16} />} onClick={() => setOpen(true)} />
      {isOpen && <GraphSettingsDialog onClose={() => setOpen(false)} />}
    </>
  );
}

function PastRun({ graphId }: { graphId: string }) {
  const summary = useRunPart((view) => view?.summary);
  const isLive = useRunPart((view) => view?.live === true);
  return (
    <div className="flex min-w-0 items-center gap-3 text-xs">
      <Badge tone="accent">
        {isLive ? "Run" : "Past run"}
        {summary && ` · revision ${summary.revision}`}
      </Badge>
      {summary && <StatusText state={summary.state} />}
      {summary && (
        <span className="text-ink-faint max-lg:hidden">
          <TimeAgo time={summary.createdAt} />
        </span>
      )}
      <Link to={`/graphs/${graphId}`} className="flex items-center gap-1 whitespace-nowrap font-medium text-accent hover:underline">
        <ArrowLeft size={13} aria-hidden /> Back to the draft
      </Link>
    </div>
  );
}

function ProblemsButton() {
  const problems = useProblems();
  const { problemsOpen, toggleProblems } = useEditorView();
  const errors = problems.filter(({ severity }) => severity === "error").length;
  const label = problems.length === 0 ? "No problems" : `${problems.length} ${problems.length === 1 ? "problem" : "problems"}`;
  return (
    <Tooltip text="What is wrong with the graph" keys="Shift+P" side="bottom">
      <button
        type="button"
        aria-label={label}
        aria-pressed={problemsOpen}
        onClick={toggleProblems}
        className={classes(
          "flex h-7 items-center gap-1.5 rounded-md px-2 font-medium text-xs tabular-nums hover:bg-hover",
          errors > 0 ? "text-danger" : problems.length > 0 ? "text-warning" : "text-ink-muted",
          problemsOpen && "bg-hover",
        )}
      >
        {problems.length > 0 ? <CircleAlert size={15} aria-hidden /> : <CircleCheck size={15} aria-hidden />}
        {problems.length > 0 && problems.length}
      </button>
    </Tooltip>
  );
}

function RunButton({ run }: { run: RunControl }) {
  if (run.isLive) {
    return (
      <MayButton action="run.control" icon={<Square size={12} fill="currentColor" aria-hidden />} onClick={() => void run.stop()}>
        Stop
      </MayButton>
    );
  }
  const button = (
    <Button look="primary" icon={<Play size={13} fill="currentColor" aria-hidden />} disabled={run.blocked !== undefined} onClick={run.begin}>
      Run
      <span className="max-lg:hidden">
        <Kbd keys="Ctrl+Enter" onFill />
      </span>
    </Button>
  );
  return <NotAllowed reason={run.blocked}>{button}</NotAllowed>;
}
