import type { NodeProps } from "@xyflow/react";
import { memo } from "react";
import { catalog } from "#nodes/catalog.data.ts";
import type { NodeId } from "#runtime/graph/ids.ts";
import type { Ports } from "#runtime/node/ports.ts";
import { CommentBubble } from "../comments/comment-bubble.tsx";
import { useNodePorts, useNodeProblems } from "../document/analysis.tsx";
import { PeerRings } from "../presence/peer-rings.tsx";
import { usePeersOn } from "../presence/peers.ts";
import { useIsLit, useLit } from "../runs/lit-node.ts";
import { useNodeRun } from "../runs/run-view.ts";
import { calledState, useCalled } from "../runs/use-called.ts";
import { classes } from "../ui/classes.ts";
import { type BoardNode, isOutOfReach, useBoard } from "./board-store.ts";
import { CalledStatus } from "./called-status.tsx";
import { CardHeader } from "./card-header.tsx";
import { FarCard } from "./far-card.tsx";
import { useIsFar } from "./far-zoom.ts";
import { MarkBadge } from "./mark-badge.tsx";
import { useNodeMark } from "./marks.ts";
import { NodeStatus } from "./node-status.tsx";
import { OwnView } from "./own-view.tsx";
import { PortRow } from "./port-row.tsx";
import { StackedPorts } from "./stacked-ports.tsx";

/** A node on the board: what it is, what it is called, its ports, what is wrong with it, how it fares in the run. */
export const NodeCard = memo(function NodeCard({ data, selected }: NodeProps<BoardNode>) {
  const { node } = data;
  const definition = catalog.get(node.type);
  const ports = useNodePorts(node);
  const problems = useNodeProblems(node.id);
  const run = useNodeRun(node.id);
  const called = useCalled(node.id);
  const isFar = useIsFar();
  const isBlocked = useBoard(({ connecting }) => isOutOfReach(connecting, node.id));
  const peer = usePeersOn(node.id)[0];
  const mark = useNodeMark(node.id);
  const isLit = useIsLit(node.id);
  const { light } = useLit.getState();
  const hasError = problems.some(({ severity }) => severity === "error");
  return (
    <article
      aria-label={`${node.label}, ${definition?.title ?? node.type}${mark ? `, ${mark.text}` : ""}`}
      data-mark={mark?.kind}
      data-node-label={node.label}
      data-run-state={called ? calledState(called) : run?.state}
      data-problem={hasError || undefined}
      onPointerEnter={() => light(node.id)}
      onPointerLeave={() => light(undefined)}
      className={classes("node-card", selected && "is-selected", node.disabled && "is-disabled", isBlocked && "is-blocked", isLit && "is-lit")}
      style={peer && { outline: `2px solid ${peer.colour}`, outlineOffset: 2 }}
    >
      {mark && !isFar && <MarkBadge mark={mark} />}
      <CommentBubble node={node.id} />
      <PeerRings node={node.id} />
      {isFar ? (
        <FarCard node={node} ports={ports} />
      ) : (
        <>
          <CardHeader node={node} problems={problems} peer={peer} bare={false} isSelected={selected} />
          {node.collapsed ? <StackedPorts node={node.id} ports={ports} /> : <PortColumns node={node.id} ports={ports} />}
          {called ? <CalledStatus called={called} /> : <NodeStatus node={node.id} run={run} />}
          {run && !node.collapsed && <OwnView node={node} run={run} />}
        </>
      )}
    </article>
  );
});

const PortColumns = memo(function PortColumns({ node, ports }: { node: NodeId; ports: Ports }) {
  const inputs = Object.entries(ports.inputs);
  const outputs = Object.entries(ports.outputs);
  if (inputs.length + outputs.length === 0) return null;
  return (
    <div className="grid grid-cols-2 border-line border-t py-1.5">
      <div className="min-w-0">
        {inputs.map(([name, port]) => (
          <PortRow key={name} node={node} name={name} port={port} side="target" bare={false} />
        ))}
      </div>
      <div className="min-w-0">
        {outputs.map(([name, port]) => (
          <PortRow key={name} node={node} name={name} port={port} side="source" bare={false} />
        ))}
      </div>
    </div>
  );
});
