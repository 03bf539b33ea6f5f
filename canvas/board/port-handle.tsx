import { Handle, Position } from "@xyflow/react";
import { memo } from "react";
import type { NodeId } from "#runtime/graph/ids.ts";
import { listItem, type Port } from "#runtime/node/ports.ts";
import { classes } from "../ui/classes.ts";
import { typeColour } from "../ui/type-colour.ts";
import { type BoardState, useBoard } from "./board-store.ts";
import { fits, type Side } from "./connection-rules.ts";

export interface PortHandleProps {
  node: NodeId;
  name: string;
  port: Port;
  side: Side;
  /** Towards the body of a container. */
  isInner?: boolean;
  /** Where on the card's edge, from its top, such as `50%`. */
  top?: string;
}

const OUTER: Readonly<Record<Side, string>> = { target: "Input", source: "Output" };
const INNER: Readonly<Record<Side, string>> = { target: "Takes", source: "Gives" };

/** Where a wire begins or ends, in the colour of what it carries. Reached with Tab from its node while that is selected alone. */
export const PortHandle = memo(function PortHandle({ node, name, port, side, isInner = false, top }: PortHandleProps) {
  const fit = usePortFit({ node, port, side, name, isInner });
  const isReached = useBoard(({ selectedNodes }) => selectedNodes.length === 1 && selectedNodes[0] === node);
  const isInput = side === "target";
  return (
    <Handle
      type={side}
      id={name}
      position={isInput ? Position.Left : Position.Right}
      role="button"
      tabIndex={isReached ? 0 : -1}
      aria-label={`${isInner ? INNER[side] : OUTER[side]} ${port.title ?? name} (${port.type})`}
      data-fit={fit}
      className={classes("port-handle", listItem(port.type) && "port-list", port.optional && isInput && "port-optional")}
      style={{ "--port": typeColour(port.type), ...(top !== undefined && { top }) } as React.CSSProperties}
    />
  );
});

export type PortFit = "from" | "yes" | "no";

interface PortPlace {
  node: NodeId;
  port: Port;
  side: Side;
  name: string;
  isInner: boolean;
}

/** Whether the wire being drawn may end at a port; undefined while none is. */
export function usePortFit(at: PortPlace): PortFit | undefined {
  return useBoard((state) => fitOf(state, at));
}

function fitOf({ connecting }: BoardState, at: PortPlace): PortFit | undefined {
  if (!connecting) return undefined;
  const { from, reach } = connecting;
  if (from.node === at.node && from.port === at.name && from.side === at.side) return "from";
  if (from.side === at.side || !(at.isInner ? reach.inner : reach.outer).has(at.node)) return "no";
  return fits(from, at.port) ? "yes" : "no";
}
