import type { NodeId } from "../graph/ids.ts";
import type { Graph } from "../graph/schema.ts";
import { type Catalog, lenientConfig } from "../node/catalog.ts";
import type { References } from "../node/references.ts";
import { findCalls } from "./calls.ts";
import { checkEdges, checkInputs } from "./check-edges.ts";
import { checkExpressions } from "./check-expressions.ts";
import { findContainers } from "./containers.ts";
import { makePlanNodes } from "./make-plan-nodes.ts";
import type { Plan } from "./plan.ts";
import type { Problem } from "./problems.ts";
import { resolveNode } from "./resolve-node.ts";
import type { ResolvedNode } from "./resolved-node.ts";
import { topology } from "./topology.ts";

export interface Compilation {
  /** Absent when a problem is an error. */
  plan?: Plan;
  problems: Problem[];
}

/**
 * Compiles a graph into what a run executes, or says what is wrong with it. The only validator: the canvas draws its marks with
 * it, the server refuses a run with it. Pure; O(nodes + edges) but for sorting. Throws nothing for a graph that fits `graphSchema`.
 */
export function compile(graph: Graph, catalog: Catalog, references: References): Compilation {
  const problems: Problem[] = [...duplicates(graph)];
  const nodes = new Map<NodeId, ResolvedNode>();
  for (const node of graph.nodes) {
    const resolved = resolveNode(node, { catalog, references }, problems);
    if (resolved) nodes.set(node.id, resolved);
  }
  findContainers(graph, nodes, problems);
  const edges = checkEdges(graph, nodes, problems);
  const running = [...nodes.values()].filter(({ definition }) => definition.role !== "annotation");
  const calls = findCalls(running, edges, problems);
  const scheduled = running.filter(({ node }) => !calls.callables.has(node.id));
  checkInputs(scheduled, edges.wired, problems);
  checkExpressions(scheduled, problems);
  for (const callable of calls.callables.values()) checkExpressions([callable], problems);
  if (scheduled.length === 0) problems.push({ code: "empty", severity: "error", message: "There is nothing to run yet. Add a node first." });
  const order = topology(scheduled, edges.data, problems);
  checkOutputs(scheduled, problems);
  if (problems.some((problem) => problem.severity === "error")) return { problems };
  const given = { edges: edges.data, calls, references, settings: graph.settings };
  const planNodes = makePlanNodes(scheduled, given);
  const callables = makePlanNodes([...calls.callables.values()], given);
  const called = calls.callables.size > 0 && { callables };
  return { problems, plan: { format: "heddle.plan/1", settings: graph.settings, nodes: planNodes, order, ...called, references } };
}

/** Keys of everything outside that the graph's nodes depend on, without doubles, sorted. */
export function referenceKeys(graph: Graph, catalog: Catalog): string[] {
  const keys = new Set<string>();
  for (const node of graph.nodes) {
    const definition = catalog.get(node.type);
    for (const key of definition?.references?.(lenientConfig(definition, node.config)) ?? []) keys.add(key);
  }
  return [...keys].sort();
}

function duplicates(graph: Graph): Problem[] {
  const seen = new Set<string>();
  const problems: Problem[] = [];
  graph.nodes.forEach((node, index) => {
    if (seen.has(node.id))
      problems.push({ code: "duplicate-id", severity: "error", node: node.id, path: `/nodes/${index}/id`, message: `Two nodes have the id "${node.id}".` });
    seen.add(node.id);
  });
  graph.edges.forEach((edge, index) => {
    if (seen.has(edge.id))
      problems.push({ code: "duplicate-id", severity: "error", edge: edge.id, path: `/edges/${index}/id`, message: `Two edges have the id "${edge.id}".` });
    seen.add(edge.id);
  });
  return problems;
}

function checkOutputs(nodes: readonly ResolvedNode[], problems: Problem[]): void {
  const names = new Map<string, NodeId>();
  for (const { node, definition, ports } of nodes) {
    if (definition.role !== "exit") continue;
    for (const name of Object.keys(ports.outputs)) {
      if (names.has(name))
        problems.push({
          code: "duplicate-output",
          severity: "warning",
          node: node.id,
          message: `Another output is called "${name}" too; the later one counts. Give one of them another name.`,
        });
      names.set(name, node.id);
    }
  }
}
