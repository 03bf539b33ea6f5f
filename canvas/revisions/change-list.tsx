import { useReactFlow } from "@xyflow/react";
import { Minus, RotateCcw } from "lucide-react";
import { useEffect, useMemo, useRef } from "react";
import type { NodeId } from "#runtime/graph/ids.ts";
import { useBoard, useBoardStore } from "../board/board-store.ts";
import { useEditor } from "../document/editor-context.ts";
import { MayButton } from "../session/may-button.tsx";
import { classes } from "../ui/classes.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { FieldDifference } from "./field-difference.tsx";
import { type ListedChange, listedChanges } from "./listed-changes.ts";
import { MarkIcon } from "./mark-icon.tsx";
import type { Comparison } from "./use-comparison.ts";
import type { RevisionActions } from "./use-revision-actions.ts";

export interface ChangeListProps {
  comparison: Comparison;
  /** Absent where the draft cannot be changed. */
  restore: RevisionActions["restore"] | undefined;
}

/** All that differs, one line each; one that is chosen is shown on the board, and field by field. */
export function ChangeList({ comparison, restore }: ChangeListProps) {
  const { diff, before, after } = comparison;
  const changes = useMemo(() => listedChanges(diff, { before: before.graph, after: after.graph }), [diff, before.graph, after.graph]);
  const { chosen, choose } = useChosenChange(changes);
  if (changes.length === 0) return <EmptyState title="Nothing differs" text={`${before.title} and ${after.title.toLowerCase()} are the same.`} />;
  return (
    <ul aria-label="Changes" className="flex flex-col">
      {changes.map((change) => (
        <ChangeLine key={change.key} change={change} isOpen={chosen === change.key} onChoose={() => choose(change)}>
          {restore && change.node && <RestoreNode comparison={comparison} node={change.node} label={change.title} restore={restore} />}
        </ChangeLine>
      ))}
    </ul>
  );
}

/** The line of what is selected on the board; choosing a line selects on the board, and brings it into view. */
function useChosenChange(changes: readonly ListedChange[]) {
  const store = useBoardStore();
  const { graph } = useEditor();
  const flow = useReactFlow();
  const node = useBoard(({ selectedNodes }) => (selectedNodes.length === 1 ? selectedNodes[0] : undefined));
  const edge = useBoard(({ selectedEdges }) => (selectedEdges.length === 1 ? selectedEdges[0] : undefined));
  const selected = node !== undefined ? `node:${node}` : edge !== undefined ? `edge:${edge}` : undefined;
  const about = useRef<string | undefined>(undefined);
  const chosen = selected ?? about.current;
  const choose = (change: ListedChange) => {
    about.current = change.node || change.edge || chosen === change.key ? undefined : change.key;
    const isSame = chosen === change.key;
    store.getState().select(isSame ? {} : { ...(change.node && { nodes: [change.node] }), ...(change.edge && { edges: [change.edge] }) });
    if (isSame) return;
    const ends = graph.current().edges.find(({ id }) => id === change.edge);
    const shown: NodeId[] = change.node ? [change.node] : ends ? [ends.source.node, ends.target.node] : [];
    if (shown.length > 0) void flow.fitView({ nodes: shown.map((id) => ({ id })), duration: 250, maxZoom: 1, padding: 0.4 });
  };
  return { chosen: changes.some(({ key }) => key === chosen) ? chosen : undefined, choose };
}

function ChangeLine({ change, isOpen, onChoose, children }: { change: ListedChange; isOpen: boolean; onChoose(): void; children: React.ReactNode }) {
  const line = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (isOpen) line.current?.scrollIntoView({ block: "nearest" });
  }, [isOpen]);
  return (
    <li ref={line} className={classes("border-line border-b", isOpen && "bg-hover")}>
      <button type="button" aria-expanded={isOpen} onClick={onChoose} className="flex w-full items-start gap-2.5 px-4 py-2 text-left hover:bg-hover">
        <MarkIcon kind={change.kind} />
        <span className="flex min-w-0 flex-1 flex-col">
          <span className="wrap-anywhere font-medium text-sm">{change.title}</span>
          <span className="text-ink-faint text-xs">
            <span className="sr-only">{change.kind}: </span>
            {change.detail}
          </span>
        </span>
      </button>
      {isOpen && (
        <div className="flex flex-col gap-3 px-4 pt-1 pb-3 empty:hidden">
          {change.fields.map((field) => (
            <FieldDifference key={field.path.join(".")} change={field} type={change.type} />
          ))}
          {children}
        </div>
      )}
    </li>
  );
}

/** Makes one node of the draft what it was in the revision that is looked at. */
function RestoreNode({ comparison, node, label, restore }: { comparison: Comparison; node: NodeId; label: string; restore: RevisionActions["restore"] }) {
  const { number, revision, sinceRevision } = comparison;
  const differs = sinceRevision.nodes.some(({ id }) => id === node);
  if (!differs) return null;
  const isThere = revision.nodes.some(({ id }) => id === node);
  return (
    <MayButton
      action="graph.edit"
      size="small"
      className="self-start"
      icon={isThere ? <RotateCcw size={13} aria-hidden /> : <Minus size={13} aria-hidden />}
      onClick={() => void restore(number, { nodes: [node], label: `“${label}”` })}
    >
      {isThere ? "Restore this node" : "Remove it from the draft"}
    </MayButton>
  );
}
