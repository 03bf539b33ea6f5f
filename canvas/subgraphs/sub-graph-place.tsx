import { type KeyboardEvent, type MouseEvent, type ReactNode, useMemo, useState } from "react";
import type { NodeId } from "#runtime/graph/ids.ts";
import { nodeIdSchema } from "#runtime/graph/ids.ts";
import { useBoard, useBoardStore } from "../board/board-store.ts";
import type { Command } from "../commands/command.ts";
import { useProvideCommands } from "../commands/command-store.ts";
import { useEditor } from "../document/editor-context.ts";
import { useWhyNotByRole } from "../session/use-may.ts";
import { SubGraphDialog } from "./sub-graph-dialog.tsx";
import { useEnterGraph } from "./use-enter-graph.ts";

/** Around the board: a double click on a node that calls a graph enters it, and a selection can become one. */
export function SubGraphPlace({ children }: { children: ReactNode }) {
  const { enter } = useEnterGraph();
  const [chosen, setChosen] = useState<readonly NodeId[] | undefined>(undefined);
  useSubGraphCommands(setChosen);
  const onDoubleClick = (event: MouseEvent) => {
    if (event.defaultPrevented || !(event.target instanceof Element) || event.target.closest("button, a, input, textarea, .nodrag")) return;
    const id = nodeIdSchema.safeParse(event.target.closest<HTMLElement>(".react-flow__node")?.dataset.id);
    if (id.success && enter(id.data)) event.preventDefault();
  };
  // the board takes Enter on a node as a wish to select it: one that is selected already is entered
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || !(event.target instanceof HTMLElement)) return;
    const id = nodeIdSchema.safeParse(event.target.dataset.id);
    if (!event.target.matches(".react-flow__node.selected") || !id.success || !enter(id.data)) return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: what is double-clicked is entered by Enter, too
    <div className="relative min-h-0 flex-1" onDoubleClick={onDoubleClick} onKeyDownCapture={onKeyDown}>
      {children}
      {chosen && <SubGraphDialog chosen={chosen} onClose={() => setChosen(undefined)} />}
    </div>
  );
}

function useSubGraphCommands(onMake: (chosen: readonly NodeId[]) => void): void {
  const { edits } = useEditor();
  const store = useBoardStore();
  const { enter, leave, canEnter, isInside } = useEnterGraph();
  const notMade = useWhyNotByRole("graph.create");
  // offered anew when that becomes so: the last that claims a key counts, and with a selection the same key moves it
  const isFree = useBoard(({ selectedNodes }) => selectedNodes.length === 0);
  useProvideCommands(
    useMemo<Command[]>(() => {
      const selected = () => store.getState().selectedNodes;
      const only = () => (selected().length === 1 ? selected()[0] : undefined);
      const enterSelected = () => {
        const node = only();
        if (node !== undefined) enter(node);
      };
      return [
        {
          id: "make-sub-graph",
          title: "Turn the selection into a sub-graph…",
          group: "Edit",
          keys: ["Ctrl+Alt+G"],
          keywords: ["extract", "subgraph", "reuse", "skill", "group", "function", "encapsulate"],
          blocked: () => {
            if (!edits) return "Nothing can be changed here.";
            return notMade ?? (selected().length === 0 ? "Select the nodes that are to become a graph of their own." : undefined);
          },
          run: () => onMake([...selected()]),
        },
        {
          id: "enter-sub-graph",
          title: "Enter the sub-graph",
          group: "Go to",
          keys: ["Enter"],
          keywords: ["open", "subgraph", "inside"],
          blocked: () => (canEnter(only()) ? undefined : "Select a node that calls another graph."),
          when: ({ target }) => canEnter(only()) && !(target instanceof Element && target.closest("button, a, [role=menu], [role=dialog]")),
          run: enterSelected,
        },
        {
          id: "leave-sub-graph",
          title: "Leave the sub-graph",
          group: "Go to",
          keys: ["Alt+ArrowUp"],
          keywords: ["back", "parent", "out"],
          blocked: () => (isInside ? undefined : "This graph was not entered from another one."),
          when: () => isInside && isFree,
          run: leave,
        },
      ];
    }, [edits, store, enter, leave, canEnter, isInside, isFree, notMade, onMake]),
  );
}
