import { canonicalJson } from "#runtime/graph/canonical-json.ts";
import type { SubGraphPlan } from "./plan-sub-graph.ts";

type Planned = Pick<SubGraphPlan, "child" | "removed">;

/** Whether two plans make the same of a selection, wherever its nodes stand and whatever the fresh ids in it. */
export function isSameSubGraph(one: Planned, other: Planned): boolean {
  return shapeOf(one) === shapeOf(other);
}

function shapeOf({ child, removed }: Planned): string {
  const taken = new Set<string>(removed);
  // what a plan adds is told apart by what it holds: the start, and an output for each name
  const added = new Map(child.nodes.flatMap(({ id, type, config }) => (taken.has(id) ? [] : [[id as string, canonicalJson({ type, config })]])));
  const shape = (part: object) => canonicalJson(part).replaceAll(/\bnode_[A-Za-z0-9_]+/g, (id) => added.get(id) ?? id);
  const nodes = child.nodes.map(({ position: _, ...node }) => shape(node)).sort();
  const edges = child.edges.map(({ id: _, ...edge }) => shape(edge)).sort();
  return [...nodes, ...edges].join("\n");
}
