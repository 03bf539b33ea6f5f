import { memo } from "react";
import type { NodeId } from "#runtime/graph/ids.ts";
import type { Port, Ports } from "#runtime/node/ports.ts";
import type { Side } from "./connection-rules.ts";
import { PortHandle } from "./port-handle.tsx";

/** The ports of a folded card, one below the other on its two edges, without their names. */
export const StackedPorts = memo(function StackedPorts({ node, ports }: { node: NodeId; ports: Ports }) {
  return (
    <>
      {stacked(node, "target", Object.entries(ports.inputs))}
      {stacked(node, "source", Object.entries(ports.outputs))}
    </>
  );
});

function stacked(node: NodeId, side: Side, ports: readonly [string, Port][]) {
  return ports.map(([name, port], index) => (
    <PortHandle key={name} node={node} name={name} port={port} side={side} top={`${((index + 1) * 100) / (ports.length + 1)}%`} />
  ));
}
