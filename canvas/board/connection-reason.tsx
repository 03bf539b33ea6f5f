import { useEffect, useState } from "react";
import { type NodeId, nodeIdSchema } from "#runtime/graph/ids.ts";
import type { BoardActions } from "./board-actions.ts";
import { type BoardState, useBoard } from "./board-store.ts";
import { endsOf } from "./wiring-actions.ts";

interface Reason {
  text: string;
  x: number;
  y: number;
}

/** Beside the pointer, while a wire is dragged over what it cannot end at: why. */
export function ConnectionReason({ actions }: { actions: BoardActions }) {
  const connecting = useBoard((state) => state.connecting);
  return connecting ? <PointerReason connecting={connecting} actions={actions} /> : null;
}

function PointerReason({ connecting, actions }: { connecting: NonNullable<BoardState["connecting"]>; actions: BoardActions }) {
  const [reason, setReason] = useState<Reason | undefined>(undefined);
  useEffect(() => {
    const onMove = (event: PointerEvent) => {
      const text = event.target instanceof Element ? whyNotAt(event.target, connecting, actions) : undefined;
      setReason(text === undefined ? undefined : { text, x: event.clientX, y: event.clientY });
    };
    document.addEventListener("pointermove", onMove);
    return () => document.removeEventListener("pointermove", onMove);
  }, [connecting, actions]);
  if (!reason) return null;
  return (
    <div
      role="tooltip"
      className="pointer-events-none fixed z-50 max-w-64 animate-appear rounded-md bg-overlay px-2 py-1 text-ink text-xs shadow-overlay"
      style={{ left: Math.min(reason.x + 14, window.innerWidth - 270), top: reason.y + 14 }}
    >
      {reason.text}
    </div>
  );
}

function whyNotAt(element: Element, wire: NonNullable<BoardState["connecting"]>, actions: BoardActions): string | undefined {
  const { from, replaces } = wire;
  const handle = element.closest(".react-flow__handle");
  const [node, port] = [handle?.getAttribute("data-nodeid"), handle?.getAttribute("data-handleid")];
  if (handle && node && port) {
    if (node === from.node) return undefined;
    if (handle.classList.contains(from.side)) return from.side === "source" ? "Wires end at inputs." : "Wires begin at outputs.";
    return actions.whyNot(endsOf(from, { node: node as NodeId, port }), replaces);
  }
  const card = nodeIdSchema.safeParse(element.closest(".react-flow__node")?.getAttribute("data-id"));
  // the open part of a frame is a place for a new node
  return card.success && !element.classList.contains("frame-body") ? actions.whyNotOn(wire, card.data) : undefined;
}
