import type { GraphNode, Size } from "#runtime/graph/schema.ts";
import { isPortFrame } from "../document/containers.ts";
import type { ShownPorts } from "../document/node-ports.ts";
import { MIN_FRAME, MIN_GROUP } from "./frames.ts";

/** A row of ports, and what a container has besides rows. */
const ROW = 22;
const AROUND_ROWS = 110;

/** The least size of a frame: a container has room for its ports. */
export function frameMinSize(node: Pick<GraphNode, "type">, ports: ShownPorts): Size {
  if (!isPortFrame(node)) return MIN_GROUP;
  return { width: MIN_FRAME.width, height: Math.max(MIN_FRAME.height, ROW * rowsOf(ports) + AROUND_ROWS) };
}

function rowsOf({ inputs, outputs, body }: ShownPorts): number {
  const [left, right] = [
    [inputs, body?.gives],
    [outputs, body?.takes],
  ].map((lists) => lists.reduce((count, list) => count + Object.keys(list ?? {}).length, 0));
  return Math.max(left ?? 0, right ?? 0);
}
