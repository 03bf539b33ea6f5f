import { type NodeProps, NodeResizer } from "@xyflow/react";
import { type ComponentType, lazy, memo, Suspense, useCallback, useMemo } from "react";
import { catalog } from "#nodes/catalog.data.ts";
import { views } from "#nodes/catalog.view.ts";
import type { Json } from "#runtime/graph/json.ts";
import { lenientConfig } from "#runtime/node/catalog.ts";
import type { NodeViewProps } from "#runtime/node/view.ts";
import { useReferences } from "../document/analysis.tsx";
import { useEdits } from "../document/editor-context.ts";
import { classes } from "../ui/classes.ts";
import type { BoardNode } from "./board-store.ts";

const loaded = new Map<string, ComponentType<NodeViewProps>>();

function viewOf(type: string): ComponentType<NodeViewProps> | undefined {
  const load = views.get(type);
  if (!load) return undefined;
  const known = loaded.get(type) ?? lazy(load);
  loaded.set(type, known);
  return known;
}

/** What is drawn on the board and never runs: its own view, in a box that can be resized. */
export const AnnotationCard = memo(function AnnotationCard({ data, selected, width, height }: NodeProps<BoardNode>) {
  const { node } = data;
  const edits = useEdits();
  const references = useReferences();
  const View = viewOf(node.type);
  const config = useMemo(() => {
    const definition = catalog.get(node.type);
    return definition ? lenientConfig(definition, node.config) : node.config;
  }, [node]);
  const edit = useCallback((field: string, value: Json) => void edits?.setField(node.id, field, value), [edits, node.id]);
  const size = width !== undefined && height !== undefined ? { width, height } : node.size;
  return (
    <article
      aria-label={node.label}
      data-node-label={node.label}
      className={classes("rounded-lg", selected && "ring-2 ring-accent", node.disabled && "opacity-50")}
    >
      {edits && (
        <NodeResizer
          isVisible={selected}
          minWidth={120}
          minHeight={60}
          color="var(--accent)"
          handleClassName="board-resize"
          onResizeEnd={(_event, to) => edits.resize(node.id, { width: to.width, height: to.height }, { x: to.x, y: to.y })}
        />
      )}
      <Suspense fallback={<div className="h-24 w-64" />}>
        {View ? (
          <View config={config} references={references} {...(size && { size })} {...(edits && { edit })} />
        ) : (
          <p className="p-3 text-ink-muted">{node.label}</p>
        )}
      </Suspense>
    </article>
  );
});
