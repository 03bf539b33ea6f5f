import { Redo2, Undo2 } from "lucide-react";
import { useCallback, useSyncExternalStore } from "react";
import type { UndoManager } from "yjs";
import { IconButton } from "../ui/icon-button.tsx";

/** Take back and restore what was edited here. */
export function UndoButtons({ undo }: { undo: UndoManager }) {
  const subscribe = useCallback(
    (listener: () => void) => {
      const events = ["stack-item-added", "stack-item-popped", "stack-cleared"] as const;
      for (const event of events) undo.on(event, listener);
      return () => {
        for (const event of events) undo.off(event, listener);
      };
    },
    [undo],
  );
  const state = useSyncExternalStore(subscribe, () => `${undo.undoStack.length > 0}/${undo.redoStack.length > 0}`);
  const [canUndo, canRedo] = state.split("/");
  return (
    <div className="flex">
      <IconButton label="Undo" keys="Ctrl+Z" icon={<Undo2 size={16} />} disabled={canUndo !== "true"} onClick={() => undo.undo()} />
      <IconButton label="Redo" keys="Ctrl+Shift+Z" icon={<Redo2 size={16} />} disabled={canRedo !== "true"} onClick={() => undo.redo()} />
    </div>
  );
}
