import { lazy, Suspense, useMemo, useState } from "react";
import { useBoardActions } from "../board/board-actions.ts";
import type { Command } from "../commands/command.ts";
import { useProvideCommands } from "../commands/command-store.ts";
import { useEditor } from "../document/editor-context.ts";
import { announce } from "../ui/announce.ts";
import { downloadGraph } from "./export-graph.ts";
import { usePasteGraph } from "./use-paste-graph.ts";

const ImportDialog = lazy(async () => ({ default: (await import("./import-dialog.tsx")).ImportDialog }));

/** Graphs as text: out of the editor as a file, into it by a dialog or by pasting. */
export function TransferPlace() {
  const { edits, graph } = useEditor();
  const [isOpen, setOpen] = useState(false);
  usePasteGraph(useBoardActions());
  useProvideCommands(
    useMemo<Command[]>(
      () => [
        {
          id: "import-graph",
          title: "Import a graph from text or a file…",
          group: "Add",
          keywords: ["json", "paste", "upload", "open", "load"],
          blocked: () => (edits ? undefined : "This graph cannot be changed."),
          run: () => setOpen(true),
        },
        {
          id: "export-graph",
          title: "Export the graph as JSON",
          group: "Go to",
          keywords: ["download", "save", "file", "git", "backup"],
          run: () => {
            downloadGraph(graph.current());
            announce("The graph was exported");
          },
        },
      ],
      [edits, graph],
    ),
  );
  if (!isOpen) return null;
  return (
    <Suspense fallback={null}>
      <ImportDialog onClose={() => setOpen(false)} />
    </Suspense>
  );
}
