import { toast } from "sonner";
import type { Position } from "#runtime/graph/schema.ts";
import type { Command } from "../commands/command.ts";
import type { Editor } from "../document/editor-context.ts";
import { announce } from "../ui/announce.ts";
import type { BoardActions } from "./board-actions.ts";
import type { BoardStore } from "./board-store.ts";

export interface ClipboardGiven {
  editor: Editor;
  store: BoardStore;
  actions: BoardActions;
  /** Where new things go. */
  place(): Position;
}

/** Copy, cut and paste by name. Their keys are the browser's own: it gives and takes the text then without asking. */
export function clipboardCommands({ editor, store, actions, place }: ClipboardGiven): Command[] {
  const readOnly = () => (editor.edits ? undefined : "Nothing can be changed here.");
  const nothing = () => (store.getState().selectedNodes.length === 0 ? "Select a node first." : undefined);
  const write = async (text: string | undefined, told: string) => {
    if (text === undefined) return false;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      toast.error("The browser did not let it be copied", { description: "Use Ctrl+C on the board." });
      return false;
    }
    announce(told);
    return true;
  };
  const paste = async () => {
    try {
      if (!actions.paste(await navigator.clipboard.readText(), place())) toast.error("Copy some nodes first.");
    } catch {
      toast.error("The browser did not let the clipboard be read", { description: "Use Ctrl+V on the board." });
    }
  };
  // what could not be copied is not removed either
  const cut = async () => (await write(actions.copy(), "Cut.")) && actions.removeSelected();
  return [
    { id: "copy", title: "Copy", group: "Edit", keywords: ["clipboard"], blocked: nothing, run: () => void write(actions.copy(), "Copied.") },
    { id: "cut", title: "Cut", group: "Edit", keywords: ["clipboard", "move"], blocked: () => readOnly() ?? nothing(), run: () => void cut() },
    { id: "paste", title: "Paste", group: "Edit", keywords: ["clipboard", "insert"], blocked: readOnly, run: () => void paste() },
  ];
}
