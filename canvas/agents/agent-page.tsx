import { ReactFlowProvider } from "@xyflow/react";
import { ArrowLeft, Bot, FileClock, MessagesSquare, ScanSearch, Workflow } from "lucide-react";
import { lazy, type ReactNode, Suspense, useCallback, useMemo, useState, useSyncExternalStore } from "react";
import { Link, useParams } from "react-router";
import { type GraphId, graphIdSchema } from "#runtime/graph/ids.ts";
import { DraftEditor } from "../app/editor-sources.tsx";
import { GraphName } from "../app/graph-name.tsx";
import { NotFoundPage } from "../app/not-found-page.tsx";
import { PublishButton } from "../app/publish-button.tsx";
import { ReadOnlyNotice } from "../app/read-only-notice.tsx";
import { SaveIndicator } from "../app/save-indicator.tsx";
import { saved } from "../app/saved.ts";
import { UndoButtons } from "../app/undo-buttons.tsx";
import { useAnnouncements } from "../app/use-announcements.ts";
import { undoCommands } from "../app/use-editor-commands.ts";
import { BoardContext, createBoardStore } from "../board/board-store.ts";
import { ChatPanel } from "../chat/chat-panel.tsx";
import { suggestionsOf } from "../chat/suggestions.ts";
import { useChatAddress } from "../chat/use-chat.ts";
import type { Command } from "../commands/command.ts";
import { useProvideCommands } from "../commands/command-store.ts";
import { useProblems, useReferences } from "../document/analysis.tsx";
import { useEditor, useGraph, useGraphPart } from "../document/editor-context.ts";
import { PeerAvatars } from "../presence/peer-avatars.tsx";
import { useOwnPresence } from "../presence/use-own-presence.ts";
import { useHistoryAddress } from "../revisions/use-history-address.ts";
import { RunViewProvider } from "../runs/run-view-provider.tsx";
import { GraphAccess } from "../session/graph-access.tsx";
import { useWhyNotByRole } from "../session/use-may.ts";
import { ShareButton } from "../sharing/share-button.tsx";
import { Button } from "../ui/button.tsx";
import { classes } from "../ui/classes.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { Spinner } from "../ui/spinner.tsx";
import { AgentForm } from "./agent-form.tsx";
import { AgentTools } from "./agent-tools.tsx";
import { agentNodeOf } from "./tool-nodes.ts";

const OpenCapabilities = lazy(async () => ({ default: (await import("./open-capabilities.tsx")).OpenCapabilities }));
const Versions = lazy(async () => ({ default: (await import("./agent-versions.tsx")).AgentVersions }));
const VersionList = lazy(async () => ({ default: (await import("../revisions/revision-panel.tsx")).RevisionPanel }));

/** An agent of the library: its settings and tools, edited together, beside a chat to try it. */
export function AgentPage() {
  const { id } = useParams();
  const graph = graphIdSchema.safeParse(id);
  if (!graph.success) return <NotFoundPage what="agent" />;
  return <OpenAgent key={graph.data} graph={graph.data} />;
}

function OpenAgent({ graph }: { graph: GraphId }) {
  const [store] = useState(createBoardStore);
  return (
    <ReactFlowProvider>
      <BoardContext value={store}>
        <GraphAccess graph={graph}>
          <RunViewProvider graphId={graph}>
            <DraftEditor graphId={graph}>
              <AgentLayout />
            </DraftEditor>
          </RunViewProvider>
        </GraphAccess>
      </BoardContext>
    </ReactFlowProvider>
  );
}

function AgentLayout() {
  const { graphId, document } = useEditor();
  const graph = useGraph();
  const references = useReferences();
  const history = useHistoryAddress();
  const agent = useMemo(() => agentNodeOf(graph, references), [graph, references]);
  useOwnPresence();
  useAnnouncements();
  useAgentCommands();
  return (
    <div className="flex h-full flex-col">
      <AgentHeader agent={agent} />
      {document && <ReadOnlyNotice document={document} />}
      <div className="flex min-h-0 flex-1">
        {history.isOpen && (
          <aside aria-label="Versions" className="flex w-72 shrink-0 flex-col border-line border-r bg-surface max-xl:w-60">
            <Suspense fallback={<Spinner className="m-6" label="Loading" />}>
              <VersionList graphId={graphId} />
            </Suspense>
          </aside>
        )}
        {history.number !== undefined ? (
          <Suspense fallback={<Spinner className="m-auto" size={20} label="Loading the version" />}>
            <Versions number={history.number} against={history.against} />
          </Suspense>
        ) : (
          <div className="min-w-0 flex-1 overflow-y-auto">
            <div className="mx-auto max-w-3xl px-6 py-6 max-lg:px-4">
              {agent ? (
                <AgentForm node={agent} tools={<AgentTools agent={agent} />} />
              ) : (
                <EmptyState
                  icon={<Bot size={18} aria-hidden />}
                  title="There is no agent in this document"
                  text="Somebody took it out. Open it as a graph and add an agent, or go back to an earlier version."
                  actions={
                    <Link to={`/graphs/${graphId}`} className="font-medium text-accent text-sm hover:underline">
                      Open as graph
                    </Link>
                  }
                />
              )}
            </div>
          </div>
        )}
        <TryIt isNarrowHidden={history.isOpen} />
      </div>
    </div>
  );
}

function AgentHeader({ agent }: { agent: ReturnType<typeof agentNodeOf> }) {
  const { graphId, document, undo } = useEditor();
  const name = useGraphPart((graph) => graph.name);
  const { isOpen, toggle } = useHistoryAddress();
  const [isShown, setShown] = useState(false);
  return (
    <header className="flex h-12 shrink-0 items-center gap-2 border-line border-b bg-surface pr-3 pl-3">
      <Link to="/agents" aria-label="All agents" title="All agents" className="rounded-md p-1.5 text-ink-muted hover:bg-hover hover:text-ink">
        <ArrowLeft size={15} aria-hidden />
      </Link>
      <h1 className="sr-only">Agent</h1>
      <div className="flex min-w-0 flex-1 items-center gap-3">
        <GraphName label="Name of the agent" />
        {document && <SaveIndicator document={document} />}
      </div>
      <PeerAvatars />
      {undo && <UndoButtons undo={undo} />}
      <IconButton label="Versions" keys="Shift+H" icon={<FileClock size={16} />} active={isOpen} aria-pressed={isOpen} onClick={toggle} />
      <Places graphId={graphId} />
      <Button icon={<ScanSearch size={14} aria-hidden />} disabled={!agent} onClick={() => setShown(true)}>
        <span className="max-xl:hidden">What it can do</span>
        <span className="xl:hidden">Abilities</span>
      </Button>
      {document && <ShareButton />}
      {document && <PublishButton document={document} />}
      {isShown && agent && (
        <Suspense fallback={null}>
          <OpenCapabilities node={agent} title={name} onClose={() => setShown(false)} />
        </Suspense>
      )}
    </header>
  );
}

/** Where else the agent is looked at. */
function Places({ graphId }: { graphId: GraphId }) {
  return (
    <>
      <PlaceLink to={`/graphs/${graphId}/chat`} label="Chat page" icon={<MessagesSquare size={15} aria-hidden />} />
      <PlaceLink to={`/graphs/${graphId}`} label="Open as graph" icon={<Workflow size={15} aria-hidden />} />
    </>
  );
}

function PlaceLink({ to, label, icon }: { to: string; label: string; icon: ReactNode }) {
  return (
    <Link
      to={to}
      aria-label={label}
      title={label}
      className="flex h-7 items-center gap-1.5 whitespace-nowrap rounded-md px-2 font-medium text-ink-muted text-xs hover:bg-hover hover:text-ink"
    >
      {icon}
      <span className="max-xl:hidden">{label}</span>
    </Link>
  );
}

const NOBODY = () => () => {};

/** The chat beside the settings: to the draft as it is now, or to what is published. */
function TryIt({ isNarrowHidden }: { isNarrowHidden: boolean }) {
  const { graphId, document } = useEditor();
  const graph = useGraph();
  const [chat, open] = useChatAddress();
  const mayRun = useWhyNotByRole("graph.run") === undefined;
  const suggestions = useMemo(() => suggestionsOf(graph), [graph]);
  const saveState = useSyncExternalStore(document?.saveState.subscribe ?? NOBODY, () => document?.saveState.current().type);
  const errors = useProblems().filter(({ severity }) => severity === "error").length;
  const beforeSaying = useCallback(async () => {
    if (document) await saved(document);
  }, [document]);
  if (!mayRun) return null;
  return (
    <aside aria-label="Try it" className={classes("flex w-[27rem] shrink-0 flex-col border-line border-l max-xl:w-88", isNarrowHidden && "max-xl:hidden")}>
      <ChatPanel
        graph={graphId}
        chat={chat}
        onOpen={open}
        suggestions={suggestions}
        draft={{ beforeSaying, hint: <WhatIsWrong />, standing: `${saveState}/${errors > 0}` }}
      />
    </aside>
  );
}

/** Why the draft cannot be talked to, from what is wrong with it. */
function WhatIsWrong() {
  const problems = useProblems();
  const errors = problems.filter(({ severity }) => severity === "error");
  const needsConnection = errors.some(({ path }) => path === "/connection");
  return (
    <>
      {errors.slice(0, 3).map(({ node, path, message }) => (
        <span key={`${node}${path}${message}`} className="block text-ink-muted text-xs">
          {message}
        </span>
      ))}
      {needsConnection && (
        <Link to="/connections" className="font-medium text-accent text-xs hover:underline">
          Set up a model provider under Connections
        </Link>
      )}
    </>
  );
}

function useAgentCommands(): void {
  const editor = useEditor();
  const { toggle } = useHistoryAddress();
  const whyNot = useWhyNotByRole("graph.edit");
  useProvideCommands(
    useMemo<Command[]>(
      () => [
        ...undoCommands(editor, () => (editor.edits ? undefined : (whyNot ?? "This agent cannot be changed now."))),
        {
          id: "history",
          title: "Versions of this agent",
          group: "View",
          keys: ["Shift+H"],
          keywords: ["revisions", "history", "diff", "compare", "restore"],
          run: toggle,
        },
      ],
      [editor, toggle, whyNot],
    ),
  );
}
