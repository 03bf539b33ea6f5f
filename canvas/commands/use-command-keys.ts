import { useEffect } from "react";
import { isTyping } from "../board/is-typing.ts";
import type { Command } from "./command.ts";
import { commandForPress } from "./command-for-press.ts";
import { currentCommands } from "./command-store.ts";
import { runCommand } from "./run-command.ts";

/** The one listener for keys: runs the command that the pressed key stands for. Stands once, around all pages. */
export function useCommandKeys(): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      // an editor of texts, the board or a menu has used it already; or it chooses a character
      if (event.defaultPrevented || event.isComposing || isQuestionOpen(event.target)) return;
      const command = commandForPress({ commands: currentCommands(), press: event, isTyping: isTyping(event.target) });
      if (!command) return;
      event.preventDefault();
      if (!event.repeat || mayRepeat(command, event)) runCommand(command);
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, []);
}

function mayRepeat({ repeats }: Command, { key }: KeyboardEvent): boolean {
  return repeats ?? key.startsWith("Arrow");
}

/** Keys are meant for a question or a menu that is open. */
function isQuestionOpen(target: EventTarget | null): boolean {
  // a question that lets nothing else be touched takes the pointer from the page
  if (document.body.style.pointerEvents === "none") return true;
  return target instanceof Element && target.closest("[role=dialog], [role=alertdialog], [role=menu], [role=listbox]") !== null;
}
