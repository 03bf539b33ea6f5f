import { lazy, Suspense, useMemo, useRef } from "react";
import type { Command } from "./command.ts";
import { useProvideCommands } from "./command-store.ts";
import { useCommandView } from "./command-view.ts";
import { TypedAhead } from "./typed-ahead.tsx";
import { useCommandKeys } from "./use-command-keys.ts";

const CommandPalette = lazy(async () => ({ default: (await import("./command-palette.tsx")).CommandPalette }));
const KeyList = lazy(async () => ({ default: (await import("./key-list.tsx")).KeyList }));

/** Around all pages: the keys, and the two windows that show what can be done. */
export function CommandLayer() {
  const { open, show } = useCommandView();
  const typed = useRef("");
  useCommandKeys();
  useProvideCommands(
    useMemo<Command[]>(
      () => [
        {
          id: "command-palette",
          title: "Do or find anything",
          group: "Go to",
          keys: ["Ctrl+K"],
          whileTyping: true,
          hidden: true,
          run: () => show("palette"),
        },
        { id: "key-list", title: "Show all keys", group: "Go to", keys: ["?"], keywords: ["keyboard", "shortcuts", "help", "keymap"], run: () => show("keys") },
      ],
      [show],
    ),
  );
  return (
    <Suspense fallback={<TypedAhead into={typed} />}>
      {open === "palette" && <CommandPalette typed={typed} onClose={() => show(undefined)} />}
      {open === "keys" && <KeyList onClose={() => show(undefined)} />}
    </Suspense>
  );
}
