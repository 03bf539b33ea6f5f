import { useStore } from "@xyflow/react";
import { createContext, useContext, useState } from "react";
import { useBoard } from "./board-store.ts";

/** Below this zoom cards are coloured boxes without ports, and wires have no labels (810 cards in view: 17 frames a second with them). */
export const FAR_ZOOM = 0.4;
/** Below this zoom the names on the boxes could not be read. */
const NAMELESS_ZOOM = 0.16;

/** Of so many nodes and more a view from far is one picture (`painted/board-picture.tsx`). */
const PAINTED_FROM = 150;

export type Distance = "near" | "far" | "farthest" | "painted";

export const DistanceContext = createContext<Distance>("near");

/** From how far the board is seen; one look at each change of the view for the whole board, not one for each card. */
export function useDistanceOfView(): Distance {
  const isPlaced = useIsPlaced();
  // of the board, not of its library, which learns of the nodes a drawing later: by then a wire for each edge would have been made
  const isLarge = useBoard(({ nodes }) => nodes.length >= PAINTED_FROM);
  return useStore(({ transform: [, , zoom] }) => {
    if (isLarge && (zoom < FAR_ZOOM || !isPlaced)) return "painted";
    if (zoom >= FAR_ZOOM) return "near";
    return zoom < NAMELESS_ZOOM ? "farthest" : "far";
  });
}

/** Whether the first view has been found: nobody needs the cards and wires of a view that is left at once. */
function useIsPlaced(): boolean {
  const isFound = useStore(({ nodes, fitViewQueued }) => nodes.length > 0 && !fitViewQueued);
  const [isPlaced, setPlaced] = useState(false);
  if (isFound && !isPlaced) setPlaced(true);
  return isPlaced || isFound;
}

export function useDistance(): Distance {
  return useContext(DistanceContext);
}

/** Whether cards are drawn without their ports. */
export function useIsFar(): boolean {
  return useContext(DistanceContext) !== "near";
}
