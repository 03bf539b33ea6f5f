import type { Position } from "#runtime/graph/schema.ts";
import { type Editor, nodesById } from "../document/editor-context.ts";
import { boardCentre } from "./board-centre.ts";
import type { BoardStore } from "./board-store.ts";

/** From one card's corner to the middle of the next one in its row. */
const NEXT = { x: 440, y: 48 };

/** Where a node goes that is added without pointing anywhere: behind the selected one, else in the middle. */
export function newPlace(editor: Editor, store: BoardStore, toBoard: (point: Position) => Position): Position {
  const [selected, ...others] = store.getState().selectedNodes;
  const node = selected !== undefined && others.length === 0 ? nodesById(editor.graph.current()).get(selected) : undefined;
  return node ? { x: node.position.x + NEXT.x, y: node.position.y + NEXT.y } : boardCentre(toBoard);
}
