import type { NodeId } from "#runtime/graph/ids.ts";
import type { Plan, PlanNode } from "#runtime/plan/plan.ts";

/** Which part of a graph is to run: a node alone, what hangs on it as well, or what it needs as well. */
export type Extent = "only" | "from" | "to";

export interface PartOf {
  node: NodeId;
  extent: Extent;
  /** These do not run: their values are set. */
  pinned: ReadonlyMap<NodeId, unknown>;
}

/** The nodes outside of containers that would run, in the order of the plan. */
export function nodesOfPart(plan: Plan, { node, extent, pinned }: PartOf): NodeId[] {
  const chosen = extent === "only" ? new Set([node]) : extent === "from" ? after(plan, node, pinned) : before(plan, node, pinned);
  return plan.order.filter((id) => chosen.has(id));
}

/** A node and all that hangs on it. */
function after(plan: Plan, node: NodeId, pinned: PartOf["pinned"]): ReadonlySet<NodeId> {
  const found = new Set([node]);
  for (const id of plan.order) {
    const planNode = plan.nodes[id];
    if (planNode && planNode.parent === undefined && !pinned.has(id) && usedBy(planNode).some((other) => found.has(other))) found.add(id);
  }
  return found;
}

/** A node and all it needs; what is before a pinned node is not needed. */
function before(plan: Plan, node: NodeId, pinned: PartOf["pinned"]): ReadonlySet<NodeId> {
  const found = new Set([node]);
  for (const id of found) {
    const planNode = plan.nodes[id];
    for (const other of planNode ? usedBy(planNode) : []) if (!pinned.has(other)) found.add(other);
  }
  return found;
}

function usedBy({ inputs, reads, captures = [] }: PlanNode): NodeId[] {
  return [...Object.values(inputs).flatMap(({ sources }) => sources.map(({ node }) => node)), ...reads, ...captures];
}

const NAMED = 3;

/** "3 nodes: Fetch, Clean, Write" */
export function partText(plan: Plan, nodes: readonly NodeId[]): string {
  const labels = nodes.slice(0, NAMED).map((id) => plan.nodes[id]?.label ?? id);
  const more = nodes.length - labels.length;
  const list = more > 0 ? `${labels.join(", ")} and ${more} more` : labels.join(", ");
  return nodes.length === 1 ? list : `${nodes.length} nodes: ${list}`;
}
