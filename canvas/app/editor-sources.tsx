import { CircleAlert } from "lucide-react";
import { type ReactNode, useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import type { GraphId } from "#runtime/graph/ids.ts";
import { SYNC_CLOSE } from "#server/contract/document-sync.ts";
import { tellRefusal } from "../api/refusals.ts";
import { AnalysisProvider } from "../document/analysis.tsx";
import { connectDocument, type OpenDocument } from "../document/connect-document.ts";
import { type Editor, EditorContext } from "../document/editor-context.ts";
import type { SaveState } from "../document/save-tracker.ts";
import { LostEditNotices } from "../offline/lost-edit-notices.tsx";
import { StorageNews } from "../offline/storage-news.tsx";
import { StrandedBanner, StrandedEdits } from "../offline/stranded-edits.tsx";
import { UndoNews } from "../offline/undo-news.tsx";
import { useRunPart } from "../runs/run-view.ts";
import { useLostStanding } from "../session/standing.ts";
import { useWhyNotByRole } from "../session/use-may.ts";
import { useSession } from "../session/use-session.ts";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { Spinner } from "../ui/spinner.tsx";
import { AccessLost } from "./access-lost.tsx";
import { NotFoundPage } from "./not-found-page.tsx";

/** Closes that mean: somebody may no longer look at the graph. */
const LOST: readonly number[] = [SYNC_CLOSE.unauthenticated, SYNC_CLOSE.forbidden, SYNC_CLOSE.notFound];

/** The draft of a graph, as everybody edits it now. */
export function DraftEditor({ graphId, children }: { graphId: GraphId; children: ReactNode }) {
  const [times, setTimes] = useState(0);
  return (
    <Draft key={times} graphId={graphId} onReopen={() => setTimes(times + 1)}>
      {children}
    </Draft>
  );
}

function Draft({ graphId, onReopen, children }: { graphId: GraphId; onReopen(): void; children: ReactNode }) {
  const person = useSession()?.actor;
  const document = useOpenDocument(graphId, person);
  if (!document) return <Opening />;
  return (
    <OpenDraft document={document} onReopen={onReopen}>
      {children}
    </OpenDraft>
  );
}

function OpenDraft({ document, onReopen, children }: { document: OpenDocument; onReopen(): void; children: ReactNode }) {
  const saveState = useSyncExternalStore(document.saveState.subscribe, document.saveState.current);
  const isLoaded = useSyncExternalStore(document.loaded.subscribe, document.loaded.current);
  const isReadOnly = saveState.type === "read-only" || saveState.type === "refused";
  const editor = useMemo<Editor>(() => {
    const { id, graph, edits, undo, awareness } = document;
    return { graphId: id, graph, edits: isReadOnly ? undefined : edits, undo: isReadOnly ? undefined : undo, awareness, document };
  }, [document, isReadOnly]);
  useWarningOnLeave(document);
  useLostAccess(saveState);
  useGainedAccess(isReadOnly ? onReopen : undefined);
  useRefusedCopy(document, saveState);
  const isStranded = isReadOnly && document.hasUnsaved();
  if (saveState.type === "refused" && isLoaded && LOST.includes(saveState.code)) {
    return isStranded && saveState.code !== SYNC_CLOSE.unauthenticated ? <StrandedEdits document={document} /> : <AccessLost />;
  }
  if (saveState.type === "refused" && saveState.code === SYNC_CLOSE.notFound) return <NotFoundPage what="graph" />;
  if (saveState.type === "refused" && !isLoaded) return <Refused message={saveState.message} />;
  if (!isLoaded) return <Opening {...(saveState.type === "offline" && { text: "The server does not answer. Trying again…" })} />;
  return (
    <EditorContext value={editor}>
      <AnalysisProvider>{children}</AnalysisProvider>
      {isStranded && <StrandedBanner document={document} onDiscarded={onReopen} />}
      <LostEditNotices document={document} />
      <UndoNews document={document} />
      <StorageNews document={document} />
    </EditorContext>
  );
}

/** The copy in this browser goes with the access, unless there is something in it that is nowhere else. */
function useRefusedCopy(document: OpenDocument, state: SaveState): void {
  const isGone = state.type === "refused" && state.code !== SYNC_CLOSE.unauthenticated;
  useEffect(() => {
    if (isGone && !document.hasUnsaved()) void document.kept.forget();
  }, [document, isGone]);
}

/** What one may do may have changed: the session is asked for again. */
function useLostAccess(state: SaveState): void {
  // who could only look and then lost even that is refused twice
  const refusal = state.type === "read-only" || (state.type === "refused" && LOST.includes(state.code)) ? state.type : undefined;
  useEffect(() => {
    if (refusal !== undefined) tellRefusal();
  }, [refusal]);
}

/** Whoever was given the right to edit while they looked begins anew, as an editor. */
function useGainedAccess(reopen: (() => void) | undefined): void {
  const mayEdit = useWhyNotByRole("graph.edit") === undefined;
  const before = useRef(mayEdit);
  useEffect(() => {
    const isGained = mayEdit && !before.current;
    before.current = mayEdit;
    if (isGained) reopen?.();
  }, [mayEdit, reopen]);
}

/** A graph as a run saw it: its revision, which nobody can change. */
export function PastRunEditor({ graphId, children }: { graphId: GraphId; children: ReactNode }) {
  const graph = useRunPart((view) => view?.graph);
  const references = useRunPart((view) => view?.state?.plan.references);
  const problem = useRunPart((view) => view?.problem);
  const editor = useMemo<Editor | undefined>(
    () =>
      graph && {
        graphId,
        graph: { current: () => graph, subscribe: () => () => {} },
        edits: undefined,
        undo: undefined,
        awareness: undefined,
        document: undefined,
      },
    [graphId, graph],
  );
  if (useLostStanding()) return <AccessLost />;
  if (problem !== undefined && !editor) return <Refused title="This run cannot be shown" message={problem} />;
  if (!editor) return <Opening />;
  return (
    <EditorContext value={editor}>
      <AnalysisProvider references={references ?? {}}>{children}</AnalysisProvider>
    </EditorContext>
  );
}

function useOpenDocument(graphId: GraphId, person: string | undefined): OpenDocument | undefined {
  const [document, setDocument] = useState<OpenDocument | undefined>(undefined);
  useEffect(() => {
    if (person === undefined) return;
    const opened = connectDocument(graphId, { person });
    setDocument(opened);
    addEventListener("online", opened.wake);
    return () => {
      removeEventListener("online", opened.wake);
      setDocument(undefined);
      opened.close();
    };
  }, [graphId, person]);
  return document;
}

function useWarningOnLeave(document: OpenDocument): void {
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent) => document.wouldLose() && event.preventDefault();
    addEventListener("beforeunload", warn);
    return () => removeEventListener("beforeunload", warn);
  }, [document]);
}

function Opening({ text }: { text?: string }) {
  return (
    <div className="flex h-full flex-col items-center justify-center gap-3 text-ink-faint">
      <Spinner size={20} label="Opening the graph" />
      {text && <p>{text}</p>}
    </div>
  );
}

function Refused({ title = "This graph cannot be opened", message }: { title?: string; message: string }) {
  return (
    <EmptyState
      icon={<CircleAlert size={18} aria-hidden />}
      title={title}
      text={message || "The server ended the connection."}
      actions={<Button onClick={() => location.reload()}>Try again</Button>}
    />
  );
}
