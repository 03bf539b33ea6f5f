import { useMemo } from "react";
import { catalog } from "#nodes/catalog.data.ts";
import { fieldHint } from "#runtime/node/catalog.ts";
import type { NodeDefinition } from "#runtime/node/define.ts";
import { useBoardStore } from "../board/board-store.ts";
import type { Command } from "../commands/command.ts";
import { useProvideCommands } from "../commands/command-store.ts";
import { nodesById, useEditor } from "../document/editor-context.ts";
import { openField } from "./field-to-open.ts";

/** Enter on a note that is selected opens its text; Escape in there leaves it. */
export function useWriteCommand(): void {
  const { edits, graph } = useEditor();
  const store = useBoardStore();
  useProvideCommands(
    useMemo<Command[]>(() => {
      const found = () => {
        const { selectedNodes } = store.getState();
        const node = selectedNodes.length === 1 && selectedNodes[0] ? nodesById(graph.current()).get(selectedNodes[0]) : undefined;
        const definition = node && catalog.get(node.type);
        const field = definition && writtenField(definition);
        return node && field !== undefined ? { node: node.id, field } : undefined;
      };
      return [
        {
          id: "write-note",
          title: "Write in the note",
          group: "Edit",
          keys: ["Enter"],
          keywords: ["text", "markdown", "sticky", "open"],
          blocked: () => {
            if (!edits) return "Nothing can be changed here.";
            return found() ? undefined : "Select a note first.";
          },
          when: ({ target }) =>
            edits !== undefined && found() !== undefined && !(target instanceof Element && target.closest("button, a, [role=menu], [role=dialog]")),
          run: () => {
            const written = found();
            if (written) openField(written.node, written.field);
          },
        },
      ];
    }, [edits, graph, store]),
  );
}

/** The field by which something that only stands on the board says what it says. */
function writtenField(definition: NodeDefinition): string | undefined {
  if (definition.role !== "annotation") return undefined;
  return Object.keys(definition.config.shape).find((field) => fieldHint(definition, field).layout === "text");
}
