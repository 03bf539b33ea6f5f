import type { CommentId, GraphId, NodeId } from "#runtime/graph/ids.ts";

/** Where a comment is seen on its graph. */
export function commentAddress({ graph, node, comment }: { graph: GraphId; node: NodeId | null; comment: CommentId }): string {
  const query = new URLSearchParams({ ...(node && { node }), comment });
  return `/graphs/${graph}?${query}`;
}
