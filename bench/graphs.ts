import { setTimeout } from "node:timers/promises";
import { z } from "zod";
import { catalog as shipped } from "#nodes/catalog.data.ts";
import { implementations } from "#nodes/catalog.execute.ts";
import type { NodeId } from "#runtime/graph/ids.ts";
import { edgeIdSchema, nodeIdSchema } from "#runtime/graph/ids.ts";
import { emptyGraph, type Graph, type GraphEdge, type GraphNode, type GraphSettings } from "#runtime/graph/schema.ts";
import { createCatalog } from "#runtime/node/catalog.ts";
import { defineNode, implementNode, type NodeImplementation } from "#runtime/node/define.ts";
import { done } from "#runtime/node/outcome.ts";
import { port } from "#runtime/node/ports.ts";
import { compile } from "#runtime/plan/compile.ts";
import type { Plan } from "#runtime/plan/plan.ts";

const config = z.strictObject({ sleepMs: z.int().default(0) });
const common = { version: 1, role: "step", description: "For benchmarks.", group: "data", icon: "box", examples: [], config } as const;
const ports = () => ({ inputs: { values: port.any({ optional: true, many: true }) }, outputs: { value: port.any() } });

/** A pure node that does nothing, for a while if so configured. */
const pureStep = defineNode({ ...common, type: "bench-step", title: "Step", limits: { timeoutMs: 600_000, attempts: 1 }, effect: "pure", ports });
/** The same, but nothing after it starts before its result is committed. */
const writeStep = defineNode({ ...common, type: "bench-write", title: "Write", limits: { timeoutMs: 600_000, attempts: 1 }, effect: "write", ports });

const benchNodes = [pureStep, writeStep].map((definition) =>
  implementNode(definition, async ({ config: { sleepMs }, context }) => {
    if (sleepMs > 0) await setTimeout(sleepMs, undefined, { signal: context.signal });
    return done({ value: 1 });
  }),
);

const catalog = createCatalog([...shipped.all(), pureStep, writeStep]);

/** The nodes of the benchmarks and those that Heddle ships. */
export async function benchImplementations(type: string): Promise<NodeImplementation | undefined> {
  return benchNodes.find(({ definition }) => definition.type === type) ?? implementations.get(type)?.();
}

export function benchNodeId(index: number): NodeId {
  return nodeIdSchema.parse(`node_${String(index).padStart(5, "0")}`);
}

/** Each node after the one before. `write`: each result is committed before the next node starts. */
export function chain(length: number, effect: "pure" | "write" = "pure"): Graph {
  const type = effect === "pure" ? pureStep.type : writeStep.type;
  const nodes = Array.from({ length }, (_, index) => ({ ...node(index, 0), type }));
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

/** One node that waits for a day, and so gives the run back to the database. */
export function dayLong(): Graph {
  const nodes = [{ ...node(0, 0), type: "delay", config: { amount: 1, unit: "days" } }];
  return { ...emptyGraph("Day"), nodes };
}

export function planOf(graph: Graph): Plan {
  const { plan, problems } = compile(graph, catalog, {});
  if (!plan) throw new Error(problems.map(({ message }) => message).join("\n"));
  return plan;
}

function node(index: number, sleepMs: number): GraphNode {
  return { id: benchNodeId(index), type: pureStep.type, version: 1, label: `Step ${index}`, position: { x: index * 240, y: 0 }, config: { sleepMs } };
}

function edge(index: number, from: number, to: number): GraphEdge {
  const id = edgeIdSchema.parse(`edge_${String(index).padStart(5, "0")}`);
  const order = String(index).padStart(5, "0");
  return { id, kind: "data", source: { node: benchNodeId(from), port: "value" }, target: { node: benchNodeId(to), port: "values" }, order };
}
