import { Handle, type NodeProps, Position } from "@xyflow/react";
import { ChevronsUpDown } from "lucide-react";
import { memo } from "react";
import { catalog } from "#nodes/catalog.data.ts";
import { CommentBubble } from "../comments/comment-bubble.tsx";
import { useNodePorts, useNodeProblems } from "../document/analysis.tsx";
import { withInside } from "../document/containers.ts";
import { useEdits, useGraphPart } from "../document/editor-context.ts";
import { PeerName } from "../presence/peer-name.tsx";
import { PeerRings } from "../presence/peer-rings.tsx";
import { usePeersOn } from "../presence/peers.ts";
import { useNodeRun } from "../runs/run-view.ts";
import { calledState, useCalled } from "../runs/use-called.ts";
import { classes } from "../ui/classes.ts";
import { GroupTile } from "../ui/group-tile.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { FOLDED_PORTS } from "./board-elements.ts";
import { type BoardNode, isOutOfReach, useBoard } from "./board-store.ts";
import { useIsFar } from "./far-zoom.ts";
import { MarkBadge } from "./mark-badge.tsx";
import { useNodeMark } from "./marks.ts";
import { NodeTitle } from "./node-title.tsx";
import { StackedPorts } from "./stacked-ports.tsx";

/** A frame, of either kind, folded to a card: what is in it is not drawn, and wires that lead into it end at its edge. */
export const FoldedCard = memo(function FoldedCard({ data, selected }: NodeProps<BoardNode>) {
  const { node } = data;
  const definition = catalog.get(node.type);
  const ports = useNodePorts(node);
  const problems = useNodeProblems(node.id);
  const run = useNodeRun(node.id);
  const called = useCalled(node.id);
  const mark = useNodeMark(node.id);
  const edits = useEdits();
  const isFar = useIsFar();
  const isBlocked = useBoard(({ connecting }) => isOutOfReach(connecting, node.id));
  const peer = usePeersOn(node.id)[0];
  const count = useGraphPart((graph) => withInside(graph, [node.id]).size - 1);
  const inside = count === 1 ? "1 node inside" : `${count} nodes inside`;
  return (
    <article
      aria-label={`${node.label}, ${definition?.title ?? node.type}, folded, ${inside}${mark ? `, ${mark.text}` : ""}`}
      data-mark={mark?.kind}
      data-node-label={node.label}
      data-run-state={called ? calledState(called) : run?.state}
      data-problem={problems.some(({ severity }) => severity === "error") || undefined}
      className={classes("node-card node-folded", selected && "is-selected", node.disabled && "is-disabled", isBlocked && "is-blocked")}
      style={peer && { outline: `2px solid ${peer.colour}`, outlineOffset: 2 }}
    >
      {mark && !isFar && <MarkBadge mark={mark} />}
      <CommentBubble node={node.id} />
      <PeerRings node={node.id} />
      {!isFar && <PeerName peer={peer} />}
      <header className="flex h-11 shrink-0 items-center gap-2.5 px-2.5">
        <GroupTile icon={definition?.icon ?? "box"} group={definition?.group ?? "unknown"} />
        <div className="min-w-0 flex-1">
          <NodeTitle node={node} bare={isFar} />
          {!isFar && <p className="truncate text-2xs text-ink-faint leading-4">{inside}</p>}
        </div>
        {edits && !isFar && (
          <IconButton
            label="Unfold"
            keys="C"
            size="small"
            className="nodrag"
            icon={<ChevronsUpDown size={14} />}
            onClick={() => edits.setCollapsed(node.id, false)}
          />
        )}
      </header>
      <StackedPorts node={node.id} ports={ports} />
      <Handle type="target" id={FOLDED_PORTS.target} position={Position.Left} isConnectable={false} className="folded-port" />
      <Handle type="source" id={FOLDED_PORTS.source} position={Position.Right} isConnectable={false} className="folded-port" />
    </article>
  );
});
