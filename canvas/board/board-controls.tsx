import { Panel, useReactFlow, useStore } from "@xyflow/react";
import { Maximize, Minus, Plus } from "lucide-react";
import { useEditor } from "../document/editor-context.ts";
import { Button } from "../ui/button.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { Kbd } from "../ui/kbd.tsx";
import { useBoardStore } from "./board-store.ts";
import { newPlace } from "./new-place.ts";

/** Zoom, fit and "add a node", in the lower left corner. */
export function BoardControls() {
  const flow = useReactFlow();
  const store = useBoardStore();
  const editor = useEditor();
  const zoom = useStore(({ transform }) => Math.round(transform[2] * 100));
  return (
    <Panel position="bottom-left" className="flex items-center gap-2">
      {editor.edits && (
        <Button
          size="large"
          icon={<Plus size={16} className="text-accent" aria-hidden />}
          className="shadow-card"
          onClick={() => store.getState().openPalette({ at: newPlace(editor, store, flow.screenToFlowPosition) })}
        >
          Add node
          <Kbd keys="N" />
        </Button>
      )}
      <div className="flex items-center rounded-lg border border-line bg-surface p-0.5 shadow-card">
        <IconButton label="Zoom out" icon={<Minus size={15} />} side="top" onClick={() => void flow.zoomOut({ duration: 150 })} />
        <button
          type="button"
          className="w-11 rounded-md text-center text-ink-muted text-xs tabular-nums hover:text-ink"
          onClick={() => void flow.zoomTo(1, { duration: 150 })}
        >
          {zoom}%<span className="sr-only">, zoom to 100 %</span>
        </button>
        <IconButton label="Zoom in" icon={<Plus size={15} />} side="top" onClick={() => void flow.zoomIn({ duration: 150 })} />
        <IconButton
          label="Show all"
          keys="1"
          icon={<Maximize size={15} />}
          side="top"
          onClick={() => void flow.fitView({ duration: 250, padding: 0.1, maxZoom: 1 })}
        />
      </div>
    </Panel>
  );
}
