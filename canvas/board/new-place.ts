import type { Position } from "#runtime/graph/schema.ts";
import { type Editor, nodesById } from "../document/editor-context.ts";
import { boardCentre } from "./board-centre.ts";
import type { BoardStore } from "./board-store.ts";
import { absolutePosition, bodyBox, frameBoxes, isFrame } from "./frames.ts";

/** From one card's corner to the middle of the next one in its row. */
const NEXT = { x: 440, y: 48 };
/** From one card's corner to the middle of the next one below it. */
const BELOW = { x: 120, y: 160 };
/** From a frame's corner to the middle of the first card in it. */
const FIRST = { x: 272, y: 128 };

/** Where a node goes that is added without pointing anywhere: into the selected container, behind the selected node, else in the middle. */
export function newPlace(editor: Editor, store: BoardStore, toBoard: (point: Position) => Position): Position {
  const graph = editor.graph.current();
  const [selected, ...others] = store.getState().selectedNodes;
  const node = selected !== undefined && others.length === 0 ? nodesById(graph).get(selected) : undefined;
  if (!node) return boardCentre(toBoard);
  const { x, y } = absolutePosition(graph, node);
  if (isFrame(node) && !node.collapsed) return { x: x + FIRST.x, y: y + FIRST.y };
  const next = { x: x + NEXT.x, y: y + NEXT.y };
  const frame = frameBoxes(graph).find(({ id }) => id === node.parent);
  if (!frame) return next;
  const body = bodyBox(frame);
  if (next.x + BELOW.x <= body.x + body.width) return { x: next.x, y: Math.min(next.y, body.y + body.height) };
  return { x: x + BELOW.x, y: Math.min(y + BELOW.y, body.y + body.height) };
}
