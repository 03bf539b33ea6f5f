import { Position } from "@xyflow/react";
import type { GraphNode } from "#runtime/graph/schema.ts";
import { nodePorts } from "../../document/node-ports.ts";
import type { BoardNode } from "../board-store.ts";

/** As `board.css` and the card draw them, in pixels. */
const WIDTH = 240;
const BORDER = 1;
const HEADER = 44;
const AROUND_ROWS = 13;
const ABOVE_ROWS = 7;
const ROW = 22;
const HANDLE = 10;

/**
 * How large a card will be, and where its wires end, before it has been drawn: so a graph of thousands is in place at once, and nodes that
 * were never in view have wires. What is drawn is measured and counts.
 */
export function cardGeometry(node: GraphNode): Pick<BoardNode, "measured" | "handles"> {
  if (node.collapsed) return {};
  const { inputs, outputs } = nodePorts(node, {});
  const [left, right] = [Object.keys(inputs), Object.keys(outputs)];
  const rows = Math.max(left.length, right.length);
  const handle = { width: HANDLE, height: HANDLE };
  const topOf = (index: number) => BORDER + HEADER + ABOVE_ROWS + ROW * (index + 0.5) - HANDLE / 2;
  return {
    measured: { width: WIDTH, height: 2 * BORDER + HEADER + (rows > 0 ? AROUND_ROWS + ROW * rows : 0) },
    handles: [
      ...left.map((id, index) => ({ id, type: "target" as const, position: Position.Left, x: BORDER - HANDLE / 2, y: topOf(index), ...handle })),
      ...right.map((id, index) => ({ id, type: "source" as const, position: Position.Right, x: WIDTH - BORDER - HANDLE / 2, y: topOf(index), ...handle })),
    ],
  };
}
