import { type NodeProps, NodeResizer, useStore } from "@xyflow/react";
import { type ComponentType, lazy, memo, Suspense, useCallback, useMemo } from "react";
import { catalog } from "#nodes/catalog.data.ts";
import { views } from "#nodes/catalog.view.ts";
import { lenientConfig } from "#runtime/node/catalog.ts";
import type { NodeViewProps } from "#runtime/node/view.ts";
import { CommentBubble } from "../comments/comment-bubble.tsx";
import { useReferences } from "../document/analysis.tsx";
import { useEdits } from "../document/editor-context.ts";
import { openField } from "../inspector/field-to-open.ts";
import { classes } from "../ui/classes.ts";
import { type BoardNode, useBoardStore } from "./board-store.ts";
import { MarkBadge } from "./mark-badge.tsx";
import { useNodeMark } from "./marks.ts";

const loaded = new Map<string, ComponentType<NodeViewProps>>();

/** The view of a node type that has one of its own, loaded when it is drawn. */
export function viewOf(type: string): ComponentType<NodeViewProps> | undefined {
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
  const mark = useNodeMark(node.id);
  const config = useMemo(() => {
    const definition = catalog.get(node.type);
    return definition ? lenientConfig(definition, node.config) : node.config;
  }, [node]);
  const store = useBoardStore();
  const edit = useCallback(
    (field: string) => {
      store.getState().select({ nodes: [node.id] });
      openField(node.id, field);
    },
    [store, node.id],
  );
  // what was only measured is no size that somebody set: it would hold the text to what it was at first
  const isSized = useStore(({ nodeLookup }) => nodeLookup.get(node.id)?.width !== undefined);
  const size = isSized && width !== undefined && height !== undefined ? { width, height } : node.size;
  return (
    <article
      aria-label={mark ? `${node.label}, ${mark.text}` : node.label}
      data-mark={mark?.kind}
      data-node-label={node.label}
      className={classes("rounded-lg", selected && "ring-2 ring-accent", node.disabled && "opacity-50")}
    >
      {mark && <MarkBadge mark={mark} />}
      <CommentBubble node={node.id} />
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
