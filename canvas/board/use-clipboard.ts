import { useReactFlow } from "@xyflow/react";
import { useCallback, useEffect, useRef } from "react";
import { toast } from "sonner";
import type { Position } from "#runtime/graph/schema.ts";
import type { BoardActions } from "./board-actions.ts";
import { readFragment } from "./fragment.ts";
import { isTyping } from "./is-typing.ts";

/**
 * Copy, cut and paste of the selection as `heddle.graph/1` text, also between graphs and windows. Pastes where the pointer is. Gives back how to
 * paste so that the copies keep the wires that come to their originals.
 */
export function useClipboard(actions: BoardActions): () => void {
  const { screenToFlowPosition } = useReactFlow();
  const pointer = useRef<Position | undefined>(undefined);
  const copied = useRef<string | undefined>(undefined);
  useEffect(() => {
    const onMove = (event: PointerEvent) => {
      const isBoard = event.target instanceof Element && event.target.closest(".react-flow");
      pointer.current = isBoard ? { x: event.clientX, y: event.clientY } : undefined;
    };
    const onCopy = (event: ClipboardEvent) => {
      const text = isTyping(event.target) || hasTextSelection() ? undefined : event.type === "cut" ? actions.cut() : actions.copy();
      if (text === undefined) return;
      copied.current = text;
      event.clipboardData?.setData("text/plain", text);
      event.preventDefault();
    };
    const onPaste = (event: ClipboardEvent) => {
      if (isTyping(event.target)) return;
      const at = pointer.current && screenToFlowPosition(pointer.current);
      if (actions.paste(event.clipboardData?.getData("text/plain") ?? "", at)) event.preventDefault();
    };
    document.addEventListener("pointermove", onMove);
    document.addEventListener("copy", onCopy);
    document.addEventListener("cut", onCopy);
    document.addEventListener("paste", onPaste);
    return () => {
      document.removeEventListener("pointermove", onMove);
      document.removeEventListener("copy", onCopy);
      document.removeEventListener("cut", onCopy);
      document.removeEventListener("paste", onPaste);
    };
  }, [actions, screenToFlowPosition]);
  return useCallback(() => {
    const at = pointer.current && screenToFlowPosition(pointer.current);
    void clipboardText(copied.current).then((text) => {
      if (text === undefined || readFragment(text) === undefined) toast.error("Copy some nodes first.");
      else actions.paste(text, at, true);
    });
  }, [actions, screenToFlowPosition]);
}

/** What was copied last, anywhere; where the browser does not tell, what was copied in this window. */
async function clipboardText(copied: string | undefined): Promise<string | undefined> {
  try {
    return await navigator.clipboard.readText();
  } catch {
    return copied;
  }
}

function hasTextSelection(): boolean {
  return (getSelection()?.toString() ?? "") !== "";
}
