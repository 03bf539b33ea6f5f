import { useEffect, useMemo } from "react";
import type { Command } from "../commands/command.ts";
import { useProvideCommands } from "../commands/command-store.ts";
import { useFindStore } from "./find-store.ts";

/** Find, and find and replace. A graph that is left takes its search along. */
export function useFindCommands(): void {
  const { open, close } = useFindStore();
  useEffect(() => close, [close]);
  useProvideCommands(
    useMemo(
      () =>
        [
          {
            id: "find",
            title: "Find in this graph",
            group: "Edit",
            keys: ["Ctrl+F"],
            keywords: ["search", "look for", "text"],
            whileTyping: true,
            run: () => open({ replaces: false, text: selectedText() }),
          },
          {
            id: "replace",
            title: "Find and replace",
            group: "Edit",
            keys: ["Ctrl+H", "Ctrl+Alt+F"],
            keywords: ["search", "substitute", "rename"],
            whileTyping: true,
            run: () => open({ replaces: true, text: selectedText() }),
          },
        ] satisfies Command[],
      [open],
    ),
  );
}

const MOST = 200;

/** What is selected in a field or on the page, where it is one short line: that is what one looks for. */
function selectedText(): string | undefined {
  const focused = document.activeElement;
  const isField = focused instanceof HTMLInputElement || focused instanceof HTMLTextAreaElement;
  if (isField && focused.closest("[role=search]")) return undefined;
  const text = isField ? focused.value.slice(focused.selectionStart ?? 0, focused.selectionEnd ?? 0) : (getSelection()?.toString() ?? "");
  return text.trim() === "" || text.length > MOST || text.includes("\n") ? undefined : text;
}
