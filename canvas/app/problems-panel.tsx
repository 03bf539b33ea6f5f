import { CircleAlert, CircleCheck, TriangleAlert } from "lucide-react";
import type { NodeId } from "#runtime/graph/ids.ts";
import type { Problem } from "#runtime/plan/problems.ts";
import { useBoardActions } from "../board/board-actions.ts";
import { useBoardStore } from "../board/board-store.ts";
import { useProblems } from "../document/analysis.tsx";
import { nodesById, useGraph } from "../document/editor-context.ts";
import { Panel } from "../ui/panel.tsx";
import { useEditorView } from "./editor-view.ts";

/** Everything that is wrong with the graph; a click goes there. */
export function ProblemsPanel() {
  const { problemsOpen } = useEditorView();
  return problemsOpen ? <ProblemList /> : null;
}

function ProblemList() {
  const problems = useProblems();
  const byId = nodesById(useGraph());
  const actions = useBoardActions();
  const store = useBoardStore();
  const { toggleProblems, setTab } = useEditorView();
  const go = (problem: Problem) => {
    if (problem.edge) store.getState().select({ edges: [problem.edge] });
    else if (problem.node) actions.focusNode(problem.node);
    setTab("settings");
  };
  const labelOf = (id: NodeId | undefined) => (id === undefined ? undefined : byId.get(id)?.label);
  return (
    <Panel
      title={`Problems ${problems.length > 0 ? `(${problems.length})` : ""}`}
      label="Problems"
      onClose={toggleProblems}
      className="h-52 shrink-0 border-line border-t"
    >
      <ul className="min-h-0 flex-1 overflow-y-auto p-1.5">
        {problems.length === 0 && (
          <li className="flex items-center gap-2 px-2.5 py-2 text-ink-muted">
            <CircleCheck size={15} className="text-succeeded" aria-hidden /> Nothing is wrong. The graph can run.
          </li>
        )}
        {problems.map((problem, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two problems can say the same of the same place
          <li key={index}>
            <button type="button" onClick={() => go(problem)} className="flex w-full items-start gap-2.5 rounded-md px-2.5 py-1.5 text-left hover:bg-hover">
              {problem.severity === "error" ? (
                <CircleAlert size={15} className="mt-0.5 shrink-0 text-danger" aria-label="Error" />
              ) : (
                <TriangleAlert size={15} className="mt-0.5 shrink-0 text-warning" aria-label="Warning" />
              )}
              <span className="min-w-0 flex-1">{problem.message}</span>
              <span className="max-w-48 shrink-0 truncate text-ink-faint text-xs">{labelOf(problem.node)}</span>
            </button>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
