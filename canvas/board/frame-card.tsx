import { type NodeProps, NodeResizer, useStore } from "@xyflow/react";
import { memo } from "react";
import { catalog } from "#nodes/catalog.data.ts";
import type { NodeId } from "#runtime/graph/ids.ts";
import type { Port } from "#runtime/node/ports.ts";
import { useNodePorts, useNodeProblems } from "../document/analysis.tsx";
import { useEdits } from "../document/editor-context.ts";
import type { ShownPorts } from "../document/node-ports.ts";
import { usePeersOn } from "../presence/peers.ts";
import { useNodeRun } from "../runs/run-view.ts";
import { classes } from "../ui/classes.ts";
import { type BoardNode, isOutOfReach, useBoard } from "./board-store.ts";
import { CardHeader } from "./card-header.tsx";
import type { Side } from "./connection-rules.ts";
import { FAR_ZOOM } from "./far-zoom.ts";
import { MIN_FRAME } from "./frames.ts";
import { NodeStatus } from "./node-status.tsx";
import { PortRow } from "./port-row.tsx";

/** A row of ports, and what a frame has besides rows. */
const ROW = 22;
const AROUND_ROWS = 110;

/** A container on the board: a frame around its body, with its ports on both sides of its border. */
export const FrameCard = memo(function FrameCard({ data, selected }: NodeProps<BoardNode>) {
  const { node } = data;
  const ports = useNodePorts(node);
  const problems = useNodeProblems(node.id);
  const run = useNodeRun(node.id);
  const edits = useEdits();
  const isFar = useStore(({ transform }) => transform[2] < FAR_ZOOM);
  const isBlocked = useBoard(({ connecting }) => isOutOfReach(connecting, node.id));
  const isTarget = useBoard(({ dropFrame }) => dropFrame === node.id);
  const peer = usePeersOn(node.id)[0];
  const state = [selected && "is-selected", node.disabled && "is-disabled", isBlocked && "is-blocked", isTarget && "is-target"];
  return (
    <article
      aria-label={`${node.label}, ${catalog.get(node.type)?.title ?? node.type}`}
      data-node-label={node.label}
      data-run-state={run?.state}
      data-problem={problems.some(({ severity }) => severity === "error") || undefined}
      className={classes("node-card node-frame", ...state)}
      style={peer && { outline: `2px solid ${peer.colour}`, outlineOffset: 2 }}
    >
      {edits && (
        <NodeResizer
          isVisible={selected}
          minWidth={MIN_FRAME.width}
          minHeight={Math.max(MIN_FRAME.height, ROW * rowsOf(ports) + AROUND_ROWS)}
          color="var(--accent)"
          handleClassName="board-resize"
          onResizeEnd={(_event, to) => edits.resize(node.id, { width: to.width, height: to.height }, { x: to.x, y: to.y })}
        />
      )}
      <CardHeader node={node} problems={problems} peer={peer} bare={isFar} />
      <div className="frame-body relative min-h-0 flex-1 border-line border-t">
        <FrameSide node={node.id} ports={ports} side="left" bare={isFar} />
        <FrameSide node={node.id} ports={ports} side="right" bare={isFar} />
      </div>
      {!isFar && <NodeStatus node={node.id} run={run} />}
    </article>
  );
});

function rowsOf({ inputs, outputs, body }: ShownPorts): number {
  const [left, right] = [
    [inputs, body?.gives],
    [outputs, body?.takes],
  ].map((lists) => lists.reduce((count, list) => count + Object.keys(list ?? {}).length, 0));
  return Math.max(left ?? 0, right ?? 0);
}

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
      <div className="border-line border-t py-1.5">{Object.entries(inner).map(row(isLeft ? "source" : "target", true))}</div>
    </div>
  );
});
