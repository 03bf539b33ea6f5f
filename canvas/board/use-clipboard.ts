import { useReactFlow } from "@xyflow/react";
import { useEffect, useRef } from "react";
import type { Position } from "#runtime/graph/schema.ts";
import type { BoardActions } from "./board-actions.ts";
import { isTyping } from "./is-typing.ts";

/** Copy, cut and paste of the selection as `heddle.graph/1` text, also between graphs and windows. Pastes where the pointer is. */
export function useClipboard(actions: BoardActions): void {
  const { screenToFlowPosition } = useReactFlow();
  const pointer = useRef<Position | undefined>(undefined);
  useEffect(() => {
    const onMove = (event: PointerEvent) => {
      const isBoard = event.target instanceof Element && event.target.closest(".react-flow");
      pointer.current = isBoard ? { x: event.clientX, y: event.clientY } : undefined;
    };
    const onCopy = (event: ClipboardEvent) => {
      const text = isTyping(event.target) || hasTextSelection() ? undefined : event.type === "cut" ? actions.cut() : actions.copy();
      if (text === undefined) return;
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
}

function hasTextSelection(): boolean {
  return (getSelection()?.toString() ?? "") !== "";
}
