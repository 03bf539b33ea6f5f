import type { NodeId } from "../graph/ids.ts";
import type { GraphSettings } from "../graph/schema.ts";
import { lenientConfig } from "../node/catalog.ts";
import type { Effect } from "../node/effect.ts";
import { isCacheable } from "../node/is-cacheable.ts";
import type { Port } from "../node/ports.ts";
import type { References } from "../node/references.ts";
import type { Calls } from "./calls.ts";
import type { SoundEdge } from "./check-edges.ts";
import { ancestorBeside, containerOf } from "./containers.ts";
import { describeTools } from "./describe-tools.ts";
import type { PlanNode, PlanSource } from "./plan.ts";
import type { ResolvedNode } from "./resolved-node.ts";

/** What a run needs of each node. */
export function makePlanNodes(
  nodes: readonly ResolvedNode[],
  { edges, ...known }: Pick<Given, "calls" | "references" | "settings"> & { edges: readonly SoundEdge[] },
): Record<NodeId, PlanNode> {
  const incoming = Map.groupBy(edges, ({ edge }) => edge.target.node);
  const captures = findCaptures(nodes, edges);
  return Object.fromEntries(
    nodes.map((resolved) => {
      const { id } = resolved.node;
      return [id, makePlanNode(resolved, { incoming: incoming.get(id) ?? [], ...known, captures: captures.get(id) })];
    }),
  );
}

interface Given {
  incoming: readonly SoundEdge[];
  calls: Calls;
  references: References;
  settings: GraphSettings;
  captures: ReadonlySet<NodeId> | undefined;
}

function makePlanNode(resolved: ResolvedNode, { incoming, references, captures, ...known }: Given): PlanNode {
  const { node, definition, config, ports, reads, around, body } = resolved;
  const parsed = lenientConfig(definition, config);
  const effect = typeof definition.effect === "function" ? definition.effect(parsed, references) : definition.effect;
  const container = containerOf(resolved);
  const sourcesOf = (port: string, way: "inward" | "taken"): PlanSource[] =>
    incoming
      .filter((sound) => sound.edge.target.port === port && (sound.way === "taken") === (way === "taken"))
      .map(({ edge, way: from }) => ({ edge: edge.id, ...edge.source, ...(from === "given" && { given: true as const }) }));
  const cache = cacheOf(resolved, effect);
  return {
    id: node.id,
    type: node.type,
    version: definition.version,
    role: definition.role === "annotation" ? "step" : definition.role,
    label: node.label,
    config,
    effect,
    policy: {
      attempts: node.policy?.attempts ?? definition.limits.attempts,
      timeoutMs: node.policy?.timeoutMs ?? definition.limits.timeoutMs,
      onFailure: node.policy?.onFailure ?? "fail",
      ...(node.policy?.default !== undefined && { default: node.policy.default }),
      ...(node.policy?.worker !== undefined && { worker: node.policy.worker }),
      ...(node.policy?.budget && { budget: node.policy.budget }),
    },
    join: definition.join?.(parsed) ?? "all",
    disabled: node.disabled ?? false,
    ...(container !== undefined && { parent: container }),
    inputs: mapPorts(ports.inputs, (name, port) => ({ ...planPort(port), many: port.many ?? false, sources: sourcesOf(name, "inward") })),
    outputs: mapPorts(ports.outputs, (_, port) => planPort(port)),
    reads,
    depth: around.length,
    ...(body && {
      gives: mapPorts(body.gives, (_, port) => planPort(port)),
      takes: mapPorts(body.takes, (name, port) => ({ ...planPort(port), sources: sourcesOf(name, "taken") })),
    }),
    ...(captures && { captures: [...captures].sort() }),
    ...(node.policy?.eachItemOf !== undefined && { eachItemOf: node.policy.eachItemOf }),
    ...(cache && { cache }),
    ...(node.policy?.onFailure === "branch" && { documentation: `${definition.title}: ${definition.description}` }),
    ...callsOf(resolved, { ...known, references }),
  };
}

/** What it may call, and which of those hand over to one another. */
function callsOf({ node }: ResolvedNode, { calls, ...known }: Pick<Given, "calls" | "references" | "settings">): Pick<PlanNode, "tools" | "handoffs"> {
  const called = calls.of(node.id);
  const handoffs = calls.handoffs.filter(({ from }) => called.some(({ node: { id } }) => id === from));
  return {
    ...(called.length > 0 && { tools: describeTools(called, { ...known, isCaller: (id) => calls.of(id).length > 0 }) }),
    ...(handoffs.length > 0 && { handoffs }),
  };
}

/** Reads may be out of date: somebody has to say for how long an earlier one will do. */
function cacheOf({ node, definition, config }: ResolvedNode, effect: Effect): PlanNode["cache"] {
  const wish = node.policy?.cache;
  if (wish === "off" || !isCacheable(definition, config)) return undefined;
  if (wish) return effect === "pure" || effect === "read" ? wish : undefined;
  return effect === "pure" ? {} : undefined;
}

/** By container: nodes beside it that its body uses, however deep inside. */
function findCaptures(nodes: readonly ResolvedNode[], edges: readonly SoundEdge[]): ReadonlyMap<NodeId, ReadonlySet<NodeId>> {
  const byId = new Map(nodes.map((resolved) => [resolved.node.id, resolved]));
  const captures = new Map<NodeId, Set<NodeId>>();
  const use = (user: NodeId, used: NodeId) => {
    const [inner, outer] = [byId.get(user), byId.get(used)];
    const container = inner && outer && ancestorBeside(inner, outer);
    if (container === undefined || container === user || container === used) return;
    const known = captures.get(container) ?? new Set();
    captures.set(container, known.add(used));
  };
  for (const { edge, way } of edges) if (way === "outer") use(edge.target.node, edge.source.node);
  for (const { node, reads } of nodes) for (const read of reads) use(node.id, read);
  return captures;
}

function planPort({ type, optional = false }: Port) {
  return { type, optional, many: false };
}

function mapPorts<Result>(ports: Record<string, Port>, map: (name: string, port: Port) => Result): Record<string, Result> {
  return Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, map(name, port)]));
}
