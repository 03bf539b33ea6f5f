import { useReactFlow } from "@xyflow/react";
import { useEffect } from "react";
import { toast } from "sonner";
import type { BoardActions } from "../board/board-actions.ts";
import { boardCentre } from "../board/board-centre.ts";
import { isTyping } from "../board/is-typing.ts";
import { useEdits } from "../document/editor-context.ts";
import { looksLikeGraph, readGraphText } from "./read-graph-text.ts";

/** Pasted text that is meant as a graph, and that the board did not take: a part of one is completed, of a broken one it is said what is wrong. */
export function usePasteGraph(actions: BoardActions): void {
  const edits = useEdits();
  const { screenToFlowPosition } = useReactFlow();
  useEffect(() => {
    const onPaste = (event: ClipboardEvent) => {
      const text = event.clipboardData?.getData("text/plain") ?? "";
      if (event.defaultPrevented || isTyping(event.target) || !looksLikeGraph(text)) return;
      event.preventDefault();
      if (!edits) {
        toast.error("Nothing can be pasted here: this graph cannot be changed.");
        return;
      }
      const read = readGraphText(text);
      if (!read.ok) toast.error("This is no graph that can be pasted", { description: read.message });
      else actions.paste(JSON.stringify(read.graph), boardCentre(screenToFlowPosition));
    };
    // on the window: after the board
    window.addEventListener("paste", onPaste);
    return () => window.removeEventListener("paste", onPaste);
  }, [actions, edits, screenToFlowPosition]);
}
