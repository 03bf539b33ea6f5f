import { z } from "zod";
import type { NodeId } from "#runtime/graph/ids.ts";
import { edgeIdSchema, nodeIdSchema } from "#runtime/graph/ids.ts";
import { emptyGraph, type Graph, type GraphEdge, type GraphNode, type GraphSettings } from "#runtime/graph/schema.ts";
import { createCatalog } from "#runtime/node/catalog.ts";
import { defineNode, implementNode, type NodeImplementation } from "#runtime/node/define.ts";
import { done } from "#runtime/node/outcome.ts";
import { port } from "#runtime/node/ports.ts";
import { compile } from "#runtime/plan/compile.ts";
import type { Plan } from "#runtime/plan/plan.ts";

/** A pure node that hands on what it gets, after a while if so configured. */
const benchStep = defineNode({
  type: "bench-step",
  version: 1,
  role: "step",
  title: "Step",
  description: "For benchmarks.",
  group: "data",
  icon: "box",
  limits: { timeoutMs: 10_000, attempts: 1 },
  examples: [],
  config: z.strictObject({ sleepMs: z.int().default(0) }),
  effect: "pure",
  ports: () => ({ inputs: { values: port.any({ optional: true, many: true }) }, outputs: { value: port.any() } }),
});
const implementation = implementNode(benchStep, async ({ config }) => {
  if (config.sleepMs > 0) await new Promise((resolve) => setTimeout(resolve, config.sleepMs));
  return done({ value: 1 });
});

const catalog = createCatalog([benchStep]);
export const benchImplementations = async (type: string): Promise<NodeImplementation | undefined> => (type === benchStep.type ? implementation : undefined);

export function benchNodeId(index: number): NodeId {
  return nodeIdSchema.parse(`node_${String(index).padStart(5, "0")}`);
}

/** Each node after the one before. */
export function chain(length: number): Graph {
  const nodes = Array.from({ length }, (_, index) => node(index, 0));
  return { ...emptyGraph("Chain"), nodes, edges: nodes.slice(1).map((_, index) => edge(index, index, index + 1)) };
}

/** One node, then many at once that take a while, then one that gathers them. */
export function fan(width: number, sleepMs: number): Graph {
  const settings: GraphSettings = { concurrency: width };
  const last = width + 1;
  const nodes = Array.from({ length: width + 2 }, (_, index) => node(index, index === 0 || index === last ? 0 : sleepMs));
  const edges = Array.from({ length: width }, (_, index) => [edge(2 * index, 0, index + 1), edge(2 * index + 1, index + 1, last)]).flat();
  return { ...emptyGraph("Fan"), settings, nodes, edges };
}

export function planOf(graph: Graph): Plan {
  const { plan, problems } = compile(graph, catalog, {});
  if (!plan) throw new Error(problems.map(({ message }) => message).join("\n"));
  return plan;
}

function node(index: number, sleepMs: number): GraphNode {
  return { id: benchNodeId(index), type: benchStep.type, version: 1, label: `Step ${index}`, position: { x: index * 240, y: 0 }, config: { sleepMs } };
}

function edge(index: number, from: number, to: number): GraphEdge {
  const id = edgeIdSchema.parse(`edge_${String(index).padStart(5, "0")}`);
  const order = String(index).padStart(5, "0");
  return { id, kind: "data", source: { node: benchNodeId(from), port: "value" }, target: { node: benchNodeId(to), port: "values" }, order };
}
