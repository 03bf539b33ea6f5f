import type { NodeId } from "../graph/ids.ts";
import type { Plan } from "../plan/plan.ts";

/** Who hears of a node's end within its scope: through an edge from one of its ports, or because it reads (or its body uses) its outputs. */
export type Successor = { type: "edge"; port: string; node: NodeId; input: string } | { type: "read"; node: NodeId };

/** What follows from a plan alone, made once for each. */
export interface PlanIndex {
  /** Nodes directly in a container (`undefined`: in none), in the plan's order. */
  readonly children: ReadonlyMap<NodeId | undefined, readonly NodeId[]>;
  readonly successors: ReadonlyMap<NodeId, readonly Successor[]>;
  /** Containers around a node, outermost first. */
  readonly around: ReadonlyMap<NodeId, readonly NodeId[]>;
}

const indexes = new WeakMap<Plan, PlanIndex>();

/** O(nodes + edges) the first time. */
export function planIndex(plan: Plan): PlanIndex {
  const known = indexes.get(plan);
  if (known) return known;
  const children = new Map<NodeId | undefined, NodeId[]>();
  const successors = new Map<NodeId, Successor[]>();
  const around = new Map<NodeId, readonly NodeId[]>();
  const add = (source: NodeId, successor: Successor) => append(successors, source, successor);
  for (const id of plan.order) {
    const planNode = plan.nodes[id];
    if (!planNode) continue;
    append(children, planNode.parent, id);
    // a container stands before its body in the plan's order
    around.set(id, planNode.parent === undefined ? [] : [...(around.get(planNode.parent) ?? []), planNode.parent]);
    const isBeside = (node: NodeId) => plan.nodes[node]?.parent === planNode.parent;
    for (const [input, { sources }] of Object.entries(planNode.inputs)) {
      for (const source of sources) if (!source.given && isBeside(source.node)) add(source.node, { type: "edge", port: source.port, node: id, input });
    }
    for (const read of new Set([...planNode.reads, ...(planNode.captures ?? [])])) if (isBeside(read) && read !== id) add(read, { type: "read", node: id });
  }
  const index = { children, successors, around };
  indexes.set(plan, index);
  return index;
}

function append<Key, Value>(lists: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
