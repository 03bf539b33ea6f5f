import { CircleAlert, DoorClosed } from "lucide-react";
import { useState, useSyncExternalStore } from "react";
import { useNavigate } from "react-router";
import { toast } from "sonner";
import { createGraph, listGraphs } from "#server/contract/graphs.ts";
import { errorText } from "../api/api-problem.ts";
import { useChange } from "../api/queries.ts";
import type { OpenDocument } from "../document/connect-document.ts";
import { downloadGraph } from "../transfer/export-graph.ts";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { EmptyState } from "../ui/empty-state.tsx";

/** The graph was open here and is no longer shown to this person, who has edits in this browser that nobody else has. */
export function StrandedEdits({ document }: { document: OpenDocument }) {
  const navigate = useNavigate();
  return (
    <EmptyState
      icon={<DoorClosed size={18} aria-hidden />}
      title="You no longer have access to this graph"
      text="It was archived, or somebody has taken back your access to it. Your last edits came too late to be saved: this browser still has them."
      actions={<Actions document={document} onDiscarded={() => void navigate("/")} />}
    />
  );
}

/** The graph may still be looked at, but edits made here were not taken. */
export function StrandedBanner({ document, onDiscarded }: { document: OpenDocument; onDiscarded(): void }) {
  const state = useSyncExternalStore(document.saveState.subscribe, document.saveState.current);
  const why = "message" in state && state.message !== "" ? state.message : "Your last edits were not taken by the server.";
  return (
    <section
      aria-label="Edits that were not saved"
      className="fixed inset-x-0 bottom-14 z-30 mx-auto flex w-fit max-w-[92vw] animate-rise items-center gap-3 rounded-lg border border-line-strong bg-overlay py-2 pr-2 pl-3.5 shadow-overlay"
    >
      <CircleAlert size={15} className="shrink-0 text-warning" aria-hidden />
      <p className="min-w-0 flex-1 text-sm">{why} Your last edits are still in this browser.</p>
      <Actions document={document} onDiscarded={onDiscarded} />
    </section>
  );
}

/** Carry the edits elsewhere, or drop them with the copy in this browser. */
function Actions({ document, onDiscarded }: { document: OpenDocument; onDiscarded(): void }) {
  const navigate = useNavigate();
  const create = useChange(createGraph, { stale: [listGraphs] });
  const [isAsking, setAsking] = useState(false);
  const copy = async () => {
    const graph = document.graph.current();
    const name = `${graph.name.slice(0, 180)} (my version)`;
    try {
      const made = await create.mutateAsync({ body: { name, graph: { ...graph, name } } });
      await document.kept.forget();
      void navigate(`/graphs/${made.id}`);
    } catch (error) {
      toast.error("Your version could not be made a graph", { description: `${errorText(error)} You can still download it.` });
    }
  };
  const discard = () => void document.kept.forget().finally(onDiscarded);
  return (
    <>
      <Button look="primary" busy={create.isPending} onClick={() => void copy()}>
        Copy my version as a new graph
      </Button>
      <Button onClick={() => downloadGraph(document.graph.current())}>Download</Button>
      <Button look="quiet" onClick={() => setAsking(true)}>
        Discard
      </Button>
      <ConfirmDialog
        open={isAsking}
        title="Discard your unsaved edits?"
        text="They are in this browser only, and cannot be brought back."
        confirm="Discard"
        onConfirm={discard}
        onClose={() => setAsking(false)}
      />
    </>
  );
}
