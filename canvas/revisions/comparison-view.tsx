import { ReactFlowProvider } from "@xyflow/react";
import { GitCompareArrows } from "lucide-react";
import { useMemo, useState } from "react";
import { isSame } from "#runtime/graph/diff.ts";
import { Board } from "../board/board.tsx";
import { BoardContext, createBoardStore, useBoard } from "../board/board-store.ts";
import { createMarksStore, MarksContext } from "../board/marks.ts";
import type { Command } from "../commands/command.ts";
import { useProvideCommands } from "../commands/command-store.ts";
import { AnalysisProvider } from "../document/analysis.tsx";
import { type Editor, EditorContext, useEditor } from "../document/editor-context.ts";
import { NO_RUN, RunViewContext } from "../runs/run-view.ts";
import { ChangeList } from "./change-list.tsx";
import { summaryOf } from "./change-words.ts";
import { ComparisonSection } from "./comparison-section.tsx";
import { mergedGraph } from "./merged-graph.ts";
import type { Comparison } from "./use-comparison.ts";
import { type Against, useHistoryAddress } from "./use-history-address.ts";
import { useRevisionActions } from "./use-revision-actions.ts";

/** In the place of the board and the inspector: a revision beside the draft, or another one. */
export function ComparisonView({ number, against }: { number: number; against: Against }) {
  return (
    <ComparisonSection number={number} against={against} what="revision">
      {(compared) => <ComparedBoards key={`${number}/${against}`} comparison={compared} />}
    </ComparisonSection>
  );
}

/** Escape goes back to the draft once nothing is selected; offered again whenever that becomes so, for the last that is offered counts. */
function LeaveCommand() {
  const { leave } = useHistoryAddress();
  const isFree = useBoard(({ selectedNodes, selectedEdges }) => selectedNodes.length + selectedEdges.length === 0);
  useProvideCommands(
    useMemo<Command[]>(
      () => [{ id: "leave-history", title: "Back to the draft", group: "View", keys: ["Escape"], when: () => isFree, run: leave }],
      [leave, isFree],
    ),
  );
  return null;
}

function ComparedBoards({ comparison }: { comparison: Comparison }) {
  const { graphId, edits } = useEditor();
  const { restore } = useRevisionActions();
  const { after, before, diff } = comparison;
  const [store] = useState(createBoardStore);
  const { graph, marks } = useMemo(() => {
    const merged = mergedGraph(after.graph, diff);
    return { graph: merged.graph, marks: createMarksStore(merged.marks) };
  }, [after.graph, diff]);
  const editor = useMemo<Editor>(
    () => ({
      graphId,
      graph: { current: () => graph, subscribe: () => () => {} },
      ...{ edits: undefined, undo: undefined, awareness: undefined, document: undefined },
    }),
    [graphId, graph],
  );
  return (
    <ReactFlowProvider>
      <BoardContext value={store}>
        <LeaveCommand />
        <EditorContext value={editor}>
          <AnalysisProvider>
            <RunViewContext value={NO_RUN}>
              <div className="flex min-h-0 flex-1">
                <div className="relative min-w-0 flex-1">
                  <MarksContext value={marks}>
                    <Board />
                  </MarksContext>
                </div>
                <aside aria-label="What differs" className="flex w-80 shrink-0 flex-col border-line border-l bg-surface max-xl:w-72">
                  <header className="flex flex-col gap-0.5 border-line border-b px-4 py-2.5">
                    <h2 className="flex items-center gap-2 font-medium text-sm">
                      <GitCompareArrows size={14} aria-hidden className="text-ink-faint" />
                      {before.title} → {after.title.toLowerCase()}
                    </h2>
                    {!isSame(diff) && <p className="text-ink-muted text-xs">{summaryOf(diff)}</p>}
                  </header>
                  <div className="min-h-0 flex-1 overflow-y-auto">
                    <ChangeList comparison={comparison} restore={edits && restore} />
                  </div>
                </aside>
              </div>
            </RunViewContext>
          </AnalysisProvider>
        </EditorContext>
      </BoardContext>
    </ReactFlowProvider>
  );
}
