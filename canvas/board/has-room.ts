import { toast } from "sonner";
import { sizeOf, whyNoRoom, whyNotInDraft } from "#runtime/graph/guarded-edits.ts";
import type { Graph } from "#runtime/graph/schema.ts";

/** Whether a graph can take so many more; says why not. */
export function hasRoom(graph: Graph, more: { nodes?: number; edges?: number }): boolean {
  return isNothing(whyNoRoom(sizeOf(graph), more));
}

/** Whether a graph can take a part in; says why not. */
export function canTake(graph: Graph, part: Pick<Graph, "nodes" | "edges">): boolean {
  return isNothing(whyNotTake(graph, part));
}

/** Why a graph cannot take a part in; undefined when it can. */
export function whyNotTake(graph: Graph, part: Pick<Graph, "nodes" | "edges">): string | undefined {
  return whyNoRoom(sizeOf(graph), sizeOf(part)) ?? part.nodes.map(({ config }) => whyNotInDraft(config, -1)).find((reason) => reason !== undefined);
}

function isNothing(reason: string | undefined): boolean {
  if (reason !== undefined) toast.error(reason, { id: "draft-limit" });
  return reason === undefined;
}
