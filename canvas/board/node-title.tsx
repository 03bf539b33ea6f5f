import { useEffect, useRef } from "react";
import { GRAPH_LIMITS, type GraphNode } from "#runtime/graph/schema.ts";
import { useEdits } from "../document/editor-context.ts";
import { classes } from "../ui/classes.ts";
import { useBoard, useBoardStore } from "./board-store.ts";

/** What a node is called, on its card; a field while that is being changed. `bare`: drawn large, far away. */
export function NodeTitle({ node, bare = false }: { node: GraphNode; bare?: boolean }) {
  const edits = useEdits();
  const isRenaming = useBoard(({ renaming }) => renaming === node.id);
  if (isRenaming && edits) return <TitleField node={node} onLabel={(label) => edits.relabel(node.id, label)} />;
  return <h3 className={classes("truncate font-medium leading-4.5", bare ? "text-xl" : "text-sm")}>{node.label}</h3>;
}

function TitleField({ node, onLabel }: { node: GraphNode; onLabel(label: string): void }) {
  const store = useBoardStore();
  const field = useRef<HTMLInputElement>(null);
  const isDone = useRef(false);
  useEffect(() => {
    field.current?.focus({ preventScroll: true });
    field.current?.select();
  }, []);
  const end = (keep: boolean) => {
    if (isDone.current) return;
    isDone.current = true;
    const label = field.current?.value.trim() ?? "";
    if (keep && label !== "" && label !== node.label) onLabel(label);
    const card = field.current?.closest<HTMLElement>(".react-flow__node");
    const hadFocus = document.activeElement === field.current;
    store.getState().rename(undefined);
    if (hadFocus) card?.focus({ preventScroll: true });
  };
  return (
    <input
      ref={field}
      aria-label="Name of the node"
      defaultValue={node.label}
      maxLength={GRAPH_LIMITS.nameLength}
      spellCheck={false}
      className="nodrag nopan nokey h-5 w-full rounded-sm border border-accent bg-sunken px-1 font-medium text-sm outline-none"
      onBlur={() => end(true)}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === "Enter") end(true);
        if (event.key === "Escape") end(false);
      }}
    />
  );
}
