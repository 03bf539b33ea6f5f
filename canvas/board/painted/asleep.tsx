import type { NodeProps } from "@xyflow/react";
import { type ComponentType, memo } from "react";
import type { NodeId } from "#runtime/graph/ids.ts";
import { type BoardNode, useBoard } from "../board-store.ts";
import { useDistance } from "../far-zoom.ts";

/**
 * A card that is an element only while somebody deals with it, where the board is a picture: the one under the pointer, what is dragged, and
 * what is selected alone. So pressing, dragging and focus work as they do near by.
 */
export function sleeping(Card: ComponentType<NodeProps<BoardNode>>): ComponentType<NodeProps<BoardNode>> {
  return memo(function Sleeping(props: NodeProps<BoardNode>) {
    const isPainted = useDistance() === "painted";
    const isAwake = useBoard(({ awake, selectedNodes }) => awake === props.id || (selectedNodes.length === 1 && selectedNodes[0] === (props.id as NodeId)));
    return isPainted && !isAwake && !props.dragging ? null : <Card {...props} />;
  });
}
