import { useEffect } from "react";
import { toast } from "sonner";
import { useEdits } from "../document/editor-context.ts";
import { useBoardActions } from "./board-actions.ts";
import { useBoardStore } from "./board-store.ts";
import { isTyping } from "./is-typing.ts";

/** Ctrl+Shift+G: puts what is selected into a container, or takes it out. */
export function useContainerKeys(): void {
  const actions = useBoardActions();
  const edits = useEdits();
  const store = useBoardStore();
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || !event.shiftKey || event.altKey || event.key.toLowerCase() !== "g") return;
      if (!edits || event.defaultPrevented || isTyping(event.target)) return;
      event.preventDefault();
      if (store.getState().selectedNodes.length === 0) return;
      const { containers, mayLeave } = actions.containerChoices();
      if (containers.length > 0 || mayLeave) store.getState().chooseContainer(true);
      else toast.error("There is no container these nodes can be put into.");
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [actions, edits, store]);
}
