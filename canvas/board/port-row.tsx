import { Handle, Position } from "@xyflow/react";
import { memo } from "react";
import type { NodeId } from "#runtime/graph/ids.ts";
import { compatibility, listItem, type Port } from "#runtime/node/ports.ts";
import { classes } from "../ui/classes.ts";
import { typeColour } from "../ui/type-colour.ts";
import { type BoardState, useBoard } from "./board-store.ts";
import type { Side } from "./connection-rules.ts";

export interface PortRowProps {
  node: NodeId;
  name: string;
  port: Port;
  side: Side;
  /** Drawn without text, far away. */
  bare: boolean;
  /** Towards the body of a container. */
  isInner?: boolean;
}

const OUTER: Readonly<Record<Side, string>> = { target: "Input", source: "Output" };
const INNER: Readonly<Record<Side, string>> = { target: "Takes", source: "Gives" };

/** One port: its handle on the card's edge, and its name. */
export const PortRow = memo(function PortRow({ node, name, port, side, bare, isInner = false }: PortRowProps) {
  const fit = useBoard((state) => fitOf(state, { node, port, side, name, isInner }));
  const isInput = side === "target";
  const label = port.title ?? name;
  return (
    <div
      className={classes("relative flex h-5.5 min-w-0 items-center px-3.5", isInput ? "justify-start" : "justify-end", fit === "no" && "opacity-25")}
      title={`${label}: ${port.type}${port.many ? ", several" : ""}${port.optional ? ", optional" : ""}${port.description ? `\n${port.description}` : ""}`}
    >
      <Handle
        type={side}
        id={name}
        position={isInput ? Position.Left : Position.Right}
        aria-label={`${isInner ? INNER[side] : OUTER[side]} ${label} (${port.type})`}
        data-fit={fit}
        className={classes("port-handle", listItem(port.type) && "port-list", port.optional && isInput && "port-optional")}
        style={{ "--port": typeColour(port.type) } as React.CSSProperties}
      />
      {!bare && (
        <span className="truncate text-2xs text-ink-muted">
          {label}
          {isInput && !port.optional && <span className="text-ink-faint"> *</span>}
        </span>
      )}
    </div>
  );
});

/** Whether the wire being dragged may end here; undefined while none is. */
function fitOf({ connecting }: BoardState, at: { node: NodeId; port: Port; side: Side; name: string; isInner: boolean }): "from" | "yes" | "no" | undefined {
  if (!connecting) return undefined;
  const { from, reach } = connecting;
  if (from.node === at.node && from.port === at.name && from.side === at.side) return "from";
  if (from.side === at.side || !(at.isInner ? reach.inner : reach.outer).has(at.node)) return "no";
  const fit = from.side === "source" ? compatibility(from.type, at.port.type) : compatibility(at.port.type, from.type);
  return fit === "no" ? "no" : "yes";
}
