import { ReactFlowProvider } from "@xyflow/react";
import { lazy, Suspense, useState } from "react";
import { useParams } from "react-router";
import { graphIdSchema, type NodeId, runIdSchema } from "#runtime/graph/ids.ts";
import { Board } from "../board/board.tsx";
import { useBoardActions } from "../board/board-actions.ts";
import { BoardContext, createBoardStore } from "../board/board-store.ts";
import { ChatPlace } from "../chat/chat-place.tsx";
import { CommentsPlace } from "../comments/comments-place.tsx";
import { useEditor } from "../document/editor-context.ts";
import { FindScope } from "../find/find-scope.tsx";
import { Inspector } from "../inspector/inspector.tsx";
import { BoardFiles } from "../media/board-files.tsx";
import { Palette } from "../palette/palette.tsx";
import { RevisionsPlace } from "../revisions/revisions-place.tsx";
import { ConversationPlace } from "../runs/conversation-place.tsx";
import { RunBanner } from "../runs/run-banner.tsx";
import { RunDock } from "../runs/run-dock.tsx";
import { RunViewProvider } from "../runs/run-view-provider.tsx";
import { GraphAccess } from "../session/graph-access.tsx";
import { DropTarget } from "../side-panel/drop-target.tsx";
import { SidePanelButton, SidePanelPlace } from "../side-panel/side-panel-place.tsx";
import { Breadcrumb } from "../subgraphs/breadcrumb.tsx";
import { SubGraphPlace } from "../subgraphs/sub-graph-place.tsx";
import { TransferPlace } from "../transfer/transfer-place.tsx";
import { Spinner } from "../ui/spinner.tsx";
import { EditorHeader } from "./editor-header.tsx";
import { DraftEditor, PastRunEditor } from "./editor-sources.tsx";
import { useEditorView } from "./editor-view.ts";
import { EmptyBoard } from "./empty-board.tsx";
import { NotFoundPage } from "./not-found-page.tsx";
import { ProblemsPanel } from "./problems-panel.tsx";
import { ReadOnlyNotice } from "./read-only-notice.tsx";
import { RunForm } from "./run-form.tsx";
import { NO_INPUT, runInputSchemaOf } from "./run-input.ts";
import { useAnnouncements } from "./use-announcements.ts";
import { useEditorCommands } from "./use-editor-commands.ts";
import { useEditorEntries } from "./use-editor-entries.tsx";
import { useRun } from "./use-run.ts";

const RunHistory = lazy(async () => ({ default: (await import("../runs/run-history.tsx")).RunHistory }));

/** A graph: its draft, or with a run in the address, the graph as that run saw it. */
export function EditorPage() {
  const { id, run } = useParams();
  const graphId = graphIdSchema.safeParse(id);
  const runId = runIdSchema.safeParse(run);
  const [store, setStore] = useState(createBoardStore);
  const address = `${id}/${run ?? ""}`;
  const [shown, setShown] = useState(address);
  if (shown !== address) {
    setShown(address);
    setStore(createBoardStore);
  }
  if (!graphId.success) return <NotFoundPage what="graph" />;
  if (run !== undefined && !runId.success) return <NotFoundPage what="run" />;
  return (
    <ReactFlowProvider key={address}>
      <BoardContext value={store}>
        <GraphAccess graph={graphId.data}>
          <RunViewProvider graphId={graphId.data} {...(runId.success && { runId: runId.data })}>
            {runId.success ? (
              <PastRunEditor graphId={graphId.data}>
                <EditorLayout />
              </PastRunEditor>
            ) : (
              <DraftEditor graphId={graphId.data}>
                <EditorLayout />
              </DraftEditor>
            )}
          </RunViewProvider>
        </GraphAccess>
      </BoardContext>
    </ReactFlowProvider>
  );
}

function EditorLayout() {
  const run = useRun();
  const { graphId, graph, document } = useEditor();
  const { historyOpen, toggleHistory, runFormOpen, openRunForm, setTab } = useEditorView();
  const { focusNode } = useBoardActions();
  useEditorCommands(run);
  useEditorEntries();
  useAnnouncements();
  const showRunOf = (node: NodeId) => {
    focusNode(node);
    setTab("run");
  };
  const schema = runFormOpen ? (runInputSchemaOf(graph.current()) ?? NO_INPUT) : undefined;
  return (
    <div className="flex h-full flex-col">
      <EditorHeader run={run} />
      {document && <ReadOnlyNotice document={document} />}
      <div className="flex min-h-0 flex-1">
        <SidePanelPlace />
        {historyOpen && (
          <aside aria-label="Runs" className="flex w-72 shrink-0 flex-col border-line border-r bg-surface max-xl:w-60">
            <Suspense fallback={<Spinner className="m-6" label="Loading" />}>
              <RunHistory graphId={graphId} onClose={toggleHistory} />
            </Suspense>
          </aside>
        )}
        {document && <CommentsPlace />}
        <RevisionsPlace>
          <div className="flex min-w-0 flex-1 flex-col">
            {!document && <RunBanner />}
            <Breadcrumb />
            <SubGraphPlace>
              <BoardFiles>
                <FindScope>
                  <Board />
                  <EmptyBoard />
                </FindScope>
              </BoardFiles>
              <SidePanelButton />
              <DropTarget />
            </SubGraphPlace>
            <RunDock isPast={!document} onSelect={showRunOf} />
            <ProblemsPanel />
          </div>
          <Inspector />
          <ConversationPlace />
          {document && <ChatPlace />}
        </RevisionsPlace>
      </div>
      <Palette />
      <TransferPlace />
      {schema && <RunForm schema={schema} onRun={run.run} onClose={() => openRunForm(false)} />}
    </div>
  );
}
