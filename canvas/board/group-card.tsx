import { type NodeProps, NodeResizer } from "@xyflow/react";
import { ChevronsDownUp } from "lucide-react";
import { memo, Suspense, useMemo } from "react";
import { catalog } from "#nodes/catalog.data.ts";
import { lenientConfig } from "#runtime/node/catalog.ts";
import { CommentBubble } from "../comments/comment-bubble.tsx";
import { useReferences } from "../document/analysis.tsx";
import { useEdits } from "../document/editor-context.ts";
import { PeerName } from "../presence/peer-name.tsx";
import { PeerRings } from "../presence/peer-rings.tsx";
import { usePeersOn } from "../presence/peers.ts";
import { classes } from "../ui/classes.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { viewOf } from "./annotation-card.tsx";
import { type BoardNode, useBoard } from "./board-store.ts";
import { useIsFar } from "./far-zoom.ts";
import { MIN_GROUP } from "./frames.ts";
import { MarkBadge } from "./mark-badge.tsx";
import { useNodeMark } from "./marks.ts";
import { NodeTitle } from "./node-title.tsx";

/** A frame that is only drawn: its ground in its own view, its name above what is in it. */
export const GroupCard = memo(function GroupCard({ data, selected }: NodeProps<BoardNode>) {
  const { node } = data;
  const edits = useEdits();
  const references = useReferences();
  const View = viewOf(node.type);
  const mark = useNodeMark(node.id);
  const isFar = useIsFar();
  const isTarget = useBoard(({ dropFrame }) => dropFrame === node.id);
  const peer = usePeersOn(node.id)[0];
  const config = useMemo(() => {
    const definition = catalog.get(node.type);
    return definition ? lenientConfig(definition, node.config) : node.config;
  }, [node]);
  return (
    <article
      aria-label={`${node.label}, ${catalog.get(node.type)?.title ?? node.type}${mark ? `, ${mark.text}` : ""}`}
      data-mark={mark?.kind}
      data-node-label={node.label}
      className={classes("node-group", selected && "is-selected", isTarget && "is-target")}
      style={peer && { outline: `2px solid ${peer.colour}`, outlineOffset: 2 }}
    >
      {mark && !isFar && <MarkBadge mark={mark} />}
      <CommentBubble node={node.id} />
      <PeerRings node={node.id} />
      {!isFar && <PeerName peer={peer} />}
      {edits && (
        <NodeResizer
          isVisible={selected}
          minWidth={MIN_GROUP.width}
          minHeight={MIN_GROUP.height}
          color="var(--accent)"
          handleClassName="board-resize"
          onResizeEnd={(_event, to) => edits.resize(node.id, { width: to.width, height: to.height }, { x: to.x, y: to.y })}
        />
      )}
      <div className="frame-body absolute inset-0">
        <div className="pointer-events-none h-full">
          <Suspense>{View && <View config={config} references={references} />}</Suspense>
        </div>
      </div>
      <header className="relative flex h-10 items-center gap-1 px-3.5">
        <div className="min-w-0 flex-1 text-ink-muted">
          <NodeTitle node={node} bare={isFar} />
        </div>
        {edits && !isFar && (
          <IconButton
            label="Fold"
            keys="C"
            size="small"
            className="nodrag"
            icon={<ChevronsDownUp size={14} />}
            onClick={() => edits.setCollapsed(node.id, true)}
          />
        )}
      </header>
    </article>
  );
});
