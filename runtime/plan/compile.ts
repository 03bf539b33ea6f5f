import type { NodeId } from "../graph/ids.ts";
import { pointer } from "../graph/json.ts";
import type { Graph, GraphEdge, GraphNode } from "../graph/schema.ts";
import { type Catalog, lenientConfig, portsOf } from "../node/catalog.ts";
import type { NodeDefinition, RawConfig } from "../node/define.ts";
import { FAILURE_PORT, port } from "../node/ports.ts";
import type { References } from "../node/references.ts";
import { checkEdges } from "./check-edges.ts";
import { checkExpressions } from "./check-expressions.ts";
import type { Plan, PlanNode } from "./plan.ts";
import type { Problem } from "./problems.ts";
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
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));
  for (const node of graph.nodes) {
    const resolved = resolve(node, { catalog, references }, problems);
    if (resolved) nodes.set(node.id, resolved);
    checkParent(node, byId, problems);
  }
  const edges = checkEdges(graph, nodes, problems);
  const scheduled = [...nodes.values()].filter(({ definition }) => definition.role !== "annotation");
  checkExpressions(scheduled, problems);
  if (scheduled.length === 0) problems.push({ code: "empty", severity: "error", message: "There is nothing to run yet. Add a node first." });
  const order = topology(scheduled, edges, problems);
  checkOutputs(scheduled, problems);
  if (problems.some((problem) => problem.severity === "error")) return { problems };
  const incoming = Map.groupBy(edges, (edge) => edge.target.node);
  const planNodes = Object.fromEntries(
    scheduled.map((resolved) => {
      const { id } = resolved.node;
      return [id, planNode(resolved, { incoming: incoming.get(id) ?? [], references, container: containerOf(resolved.node, nodes) })];
    }),
  );
  return { problems, plan: { format: "heddle.plan/1", settings: graph.settings, nodes: planNodes, order, references } };
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

function resolve(node: GraphNode, given: { catalog: Catalog; references: References }, problems: Problem[]): ResolvedNode | undefined {
  const at = { severity: "error", node: node.id } as const;
  const definition = given.catalog.get(node.type);
  if (!definition) {
    problems.push({ ...at, code: "unknown-node-type", message: `There is no node type "${node.type}" here. Replace the node, or install what brings it.` });
    return undefined;
  }
  const migrated = migrate(node, definition, problems);
  if (!migrated) return undefined;
  const parsed = definition.config.safeParse(migrated);
  for (const issue of parsed.success ? [] : parsed.error.issues) {
    problems.push({ ...at, code: "config", path: pointer(issue.path), message: issue.message });
  }
  const config = lenientConfig(definition, migrated);
  if (parsed.success) {
    for (const found of definition.check?.(config, given.references) ?? []) problems.push({ ...at, code: "incomplete", ...found });
  }
  let isUnresolved = false;
  for (const key of definition.references?.(config) ?? []) {
    const reference = given.references[key];
    isUnresolved ||= reference === undefined || reference.kind === "missing";
    if (!reference) problems.push({ ...at, code: "reference-pending", severity: "warning", message: "What this node depends on is still being looked up." });
    else if (reference.kind === "missing") problems.push({ ...at, code: "reference", message: reference.reason });
  }
  const ports = portsOf(definition, migrated, given.references);
  const branching = node.policy?.onFailure === "branch";
  const outputs = branching ? { ...ports.outputs, [FAILURE_PORT]: port.json({ title: "Failure" }) } : ports.outputs;
  return { node, definition, config: migrated, ports: { inputs: ports.inputs, outputs }, isUnresolved, reads: [] };
}

function migrate(node: GraphNode, definition: NodeDefinition, problems: Problem[]): RawConfig | undefined {
  const at = { severity: "error", node: node.id } as const;
  if (node.version > definition.version) {
    problems.push({
      ...at,
      code: "newer-node-version",
      message: `This node was made by a newer Heddle (version ${node.version}, here ${definition.version}). Upgrade to run it.`,
    });
    return undefined;
  }
  let config: RawConfig = node.config;
  for (let version = node.version; version < definition.version; version++) {
    try {
      const step = definition.migrations?.[version];
      if (step) config = step(config);
    } catch {
      problems.push({
        ...at,
        code: "migration-failed",
        message: `The settings of version ${version} could not be brought to version ${definition.version}. Set the node up again.`,
      });
      return undefined;
    }
  }
  return config;
}

function checkParent(node: GraphNode, byId: ReadonlyMap<NodeId, GraphNode>, problems: Problem[]): void {
  let ancestor = node.parent;
  for (let depth = 0; ancestor !== undefined; depth++) {
    const parent = byId.get(ancestor);
    if (!parent || ancestor === node.id || depth >= 16) {
      const message = parent ? "This node is inside itself, or too deep. Move it out." : "The frame around this node does not exist. Move it out.";
      problems.push({ code: "parent", severity: "error", node: node.id, message });
      return;
    }
    ancestor = parent.parent;
  }
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

function planNode(resolved: ResolvedNode, given: { incoming: readonly GraphEdge[]; references: References; container: NodeId | undefined }): PlanNode {
  const { node, definition, config, ports, reads } = resolved;
  const parsed = lenientConfig(definition, config);
  const inputs = Object.entries(ports.inputs).map(([name, input]) => {
    const sources = given.incoming.filter((edge) => edge.target.port === name).map((edge) => ({ edge: edge.id, ...edge.source }));
    return [name, { type: input.type, optional: input.optional ?? false, many: input.many ?? false, sources }] as const;
  });
  const outputs = Object.entries(ports.outputs).map(
    ([name, output]) => [name, { type: output.type, optional: output.optional ?? false, many: false }] as const,
  );
  return {
    id: node.id,
    type: node.type,
    version: definition.version,
    role: definition.role === "annotation" ? "step" : definition.role,
    label: node.label,
    config,
    effect: typeof definition.effect === "function" ? definition.effect(parsed, given.references) : definition.effect,
    policy: {
      attempts: node.policy?.attempts ?? definition.limits.attempts,
      timeoutMs: node.policy?.timeoutMs ?? definition.limits.timeoutMs,
      onFailure: node.policy?.onFailure ?? "fail",
      ...(node.policy?.default !== undefined && { default: node.policy.default }),
    },
    join: definition.join?.(parsed) ?? "all",
    disabled: node.disabled ?? false,
    ...(given.container !== undefined && { parent: given.container }),
    inputs: Object.fromEntries(inputs),
    outputs: Object.fromEntries(outputs),
    reads,
  };
}

/** The nearest container around a node; frames are only drawn. */
function containerOf(node: GraphNode, nodes: ReadonlyMap<NodeId, ResolvedNode>): NodeId | undefined {
  let parent = node.parent ? nodes.get(node.parent) : undefined;
  while (parent && parent.definition.role !== "each" && parent.definition.role !== "loop")
    parent = parent.node.parent ? nodes.get(parent.node.parent) : undefined;
  return parent?.node.id;
}
