import { useEffect } from "react";
import { toast } from "sonner";
import { edgeIdSchema, nodeIdSchema } from "#runtime/graph/ids.ts";
import { useBoardStore } from "../board/board-store.ts";
import type { OpenDocument } from "../document/connect-document.ts";

/** After a step of undo, what it changed is selected; a step that could not be taken back is told. */
export function UndoNews({ document }: { document: OpenDocument }) {
  const store = useBoardStore();
  useEffect(
    () =>
      document.undo.onStep(({ type, changed, skipped }) => {
        const nodes = changed.flatMap((id) => nodeIdSchema.safeParse(id).data ?? []);
        const edges = changed.flatMap((id) => edgeIdSchema.safeParse(id).data ?? []);
        if (changed.length > 0) store.getState().select({ nodes, edges: nodes.length > 0 ? [] : edges });
        if (skipped > 0)
          toast.info(type === "undo" ? "A change could not be undone" : "A change could not be redone", { description: "Others have changed the same since." });
      }),
    [document, store],
  );
  return null;
}
