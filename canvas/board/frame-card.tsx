import { type NodeProps, NodeResizer } from "@xyflow/react";
import { memo } from "react";
import { catalog } from "#nodes/catalog.data.ts";
import type { NodeId } from "#runtime/graph/ids.ts";
import type { Port } from "#runtime/node/ports.ts";
import { CommentBubble } from "../comments/comment-bubble.tsx";
import { useNodePorts, useNodeProblems } from "../document/analysis.tsx";
import { useEdits } from "../document/editor-context.ts";
import type { ShownPorts } from "../document/node-ports.ts";
import { PeerRings } from "../presence/peer-rings.tsx";
import { usePeersOn } from "../presence/peers.ts";
import { useNodeRun } from "../runs/run-view.ts";
import { calledState, useCalled } from "../runs/use-called.ts";
import { classes } from "../ui/classes.ts";
import { type BoardNode, isOutOfReach, useBoard } from "./board-store.ts";
import { CalledStatus } from "./called-status.tsx";
import { CardHeader } from "./card-header.tsx";
import type { Side } from "./connection-rules.ts";
import { useIsFar } from "./far-zoom.ts";
import { frameMinSize } from "./frame-rows.ts";
import { MarkBadge } from "./mark-badge.tsx";
import { useNodeMark } from "./marks.ts";
import { NodeStatus } from "./node-status.tsx";
import { PortRow } from "./port-row.tsx";

/** A container on the board: a frame around its body or its members, with its ports on both sides of its border. */
export const FrameCard = memo(function FrameCard({ data, selected }: NodeProps<BoardNode>) {
  const { node } = data;
  const ports = useNodePorts(node);
  const least = frameMinSize(node, ports);
  const problems = useNodeProblems(node.id);
  const run = useNodeRun(node.id);
  const called = useCalled(node.id);
  const edits = useEdits();
  const isFar = useIsFar();
  const isBlocked = useBoard(({ connecting }) => isOutOfReach(connecting, node.id));
  const isTarget = useBoard(({ dropFrame }) => dropFrame === node.id);
  const peer = usePeersOn(node.id)[0];
  const mark = useNodeMark(node.id);
  const state = [selected && "is-selected", node.disabled && "is-disabled", isBlocked && "is-blocked", isTarget && "is-target"];
  return (
    <article
      aria-label={`${node.label}, ${catalog.get(node.type)?.title ?? node.type}${mark ? `, ${mark.text}` : ""}`}
      data-mark={mark?.kind}
      data-node-label={node.label}
      data-run-state={called ? calledState(called) : run?.state}
      data-problem={problems.some(({ severity }) => severity === "error") || undefined}
      className={classes("node-card node-frame", ...state)}
      style={peer && { outline: `2px solid ${peer.colour}`, outlineOffset: 2 }}
    >
      {mark && !isFar && <MarkBadge mark={mark} />}
      <CommentBubble node={node.id} />
      <PeerRings node={node.id} />
      {edits && (
        <NodeResizer
          isVisible={selected}
          minWidth={least.width}
          minHeight={least.height}
          color="var(--accent)"
          handleClassName="board-resize"
          onResizeEnd={(_event, to) => edits.resize(node.id, { width: to.width, height: to.height }, { x: to.x, y: to.y })}
        />
      )}
      <CardHeader node={node} problems={problems} peer={peer} bare={isFar} isSelected={selected} />
      <div className="frame-body relative min-h-0 flex-1 border-line border-t">
        <FrameSide node={node.id} ports={ports} side="left" bare={isFar} />
        <FrameSide node={node.id} ports={ports} side="right" bare={isFar} />
      </div>
      {!isFar && (called ? <CalledStatus called={called} /> : <NodeStatus node={node.id} run={run} />)}
    </article>
  );
});

interface FrameSideProps {
  node: NodeId;
  ports: ShownPorts;
  side: "left" | "right";
  bare: boolean;
}

/** The ports on one side of a frame: what comes in and what is given to the body, or what goes out and what is taken from the body. */
const FrameSide = memo(function FrameSide({ node, ports, side, bare }: FrameSideProps) {
  const isLeft = side === "left";
  const outer = isLeft ? ports.inputs : ports.outputs;
  const inner = (isLeft ? ports.body?.gives : ports.body?.takes) ?? {};
  const row = (direction: Side, isInner: boolean) => (entry: [string, Port]) => (
    <PortRow key={entry[0]} node={node} name={entry[0]} port={entry[1]} side={direction} bare={bare} isInner={isInner} />
  );
  return (
    <div className={classes("frame-side", isLeft ? "left-0 border-r" : "right-0 border-l")}>
      <div className="py-1.5">{Object.entries(outer).map(row(isLeft ? "target" : "source", false))}</div>
      {ports.body && <div className="border-line border-t py-1.5">{Object.entries(inner).map(row(isLeft ? "source" : "target", true))}</div>}
    </div>
  );
});
