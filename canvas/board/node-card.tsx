import { type NodeProps, useStore } from "@xyflow/react";
import { memo } from "react";
import { catalog } from "#nodes/catalog.data.ts";
import type { NodeId } from "#runtime/graph/ids.ts";
import type { Ports } from "#runtime/node/ports.ts";
import { useNodePorts, useNodeProblems } from "../document/analysis.tsx";
import { usePeersOn } from "../presence/peers.ts";
import { useNodeRun } from "../runs/run-view.ts";
import { classes } from "../ui/classes.ts";
import { type BoardNode, isOutOfReach, useBoard } from "./board-store.ts";
import { CardHeader } from "./card-header.tsx";
import { FAR_ZOOM } from "./far-zoom.ts";
import { NodeStatus } from "./node-status.tsx";
import { PortRow } from "./port-row.tsx";

/** A node on the board: what it is, what it is called, its ports, what is wrong with it, how it fares in the run. */
export const NodeCard = memo(function NodeCard({ data, selected }: NodeProps<BoardNode>) {
  const { node } = data;
  const definition = catalog.get(node.type);
  const ports = useNodePorts(node);
  const problems = useNodeProblems(node.id);
  const run = useNodeRun(node.id);
  const isFar = useStore(({ transform }) => transform[2] < FAR_ZOOM);
  const isBlocked = useBoard(({ connecting }) => isOutOfReach(connecting, node.id));
  const peer = usePeersOn(node.id)[0];
  const hasError = problems.some(({ severity }) => severity === "error");
  return (
    <article
      aria-label={`${node.label}, ${definition?.title ?? node.type}`}
      data-node-label={node.label}
      data-run-state={run?.state}
      data-problem={hasError || undefined}
      className={classes("node-card", selected && "is-selected", node.disabled && "is-disabled", isBlocked && "is-blocked")}
      style={peer && { outline: `2px solid ${peer.colour}`, outlineOffset: 2 }}
    >
      <CardHeader node={node} problems={problems} peer={peer} bare={isFar} />
      <PortColumns node={node.id} ports={ports} bare={isFar} />
      {!isFar && <NodeStatus node={node.id} run={run} />}
    </article>
  );
});

const PortColumns = memo(function PortColumns({ node, ports, bare }: { node: NodeId; ports: Ports; bare: boolean }) {
  const inputs = Object.entries(ports.inputs);
  const outputs = Object.entries(ports.outputs);
  if (inputs.length + outputs.length === 0) return null;
  return (
    <div className="grid grid-cols-2 border-line border-t py-1.5">
      <div className="min-w-0">
        {inputs.map(([name, port]) => (
          <PortRow key={name} node={node} name={name} port={port} side="target" bare={bare} />
        ))}
      </div>
      <div className="min-w-0">
        {outputs.map(([name, port]) => (
          <PortRow key={name} node={node} name={name} port={port} side="source" bare={bare} />
        ))}
      </div>
    </div>
  );
});
