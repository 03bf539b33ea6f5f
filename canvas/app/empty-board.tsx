import { useReactFlow } from "@xyflow/react";
import { MousePointerClick, Plus } from "lucide-react";
import { boardCentre } from "../board/board-centre.ts";
import { useBoardStore } from "../board/board-store.ts";
import { useEditor, useGraphPart } from "../document/editor-context.ts";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { Kbd } from "../ui/kbd.tsx";

/** What to do first, on a board without nodes. */
export function EmptyBoard() {
  const isEmpty = useGraphPart((graph) => graph.nodes.length === 0);
  const { edits, document } = useEditor();
  const store = useBoardStore();
  const flow = useReactFlow();
  if (!isEmpty) return null;
  return (
    <div className="pointer-events-none absolute inset-0 flex items-center justify-center">
      <div className="pointer-events-auto">
        <EmptyState
          icon={<MousePointerClick size={18} aria-hidden />}
          title="This graph is empty"
          text={
            edits ? (
              <>
                Double-click the board or press <Kbd keys="N" /> to add the first node. Then drag from a port to go on.
              </>
            ) : (
              `There ${document ? "is" : "was"} nothing in it.`
            )
          }
          actions={
            edits && (
              <Button
                look="primary"
                icon={<Plus size={15} aria-hidden />}
                onClick={() => store.getState().openPalette({ at: boardCentre(flow.screenToFlowPosition) })}
              >
                Add a node
              </Button>
            )
          }
        />
      </div>
    </div>
  );
}
