import { z } from "zod";
import type { NodeId } from "../graph/ids.ts";
import { emptyGraph, type Graph, type GraphNode } from "../graph/schema.ts";
import { createCatalog } from "../node/catalog.ts";
import { defineNode, implementNode, type NodeImplementation } from "../node/define.ts";
import { expression } from "../node/fields.ts";
import { NodeError } from "../node/node-error.ts";
import { done, wait } from "../node/outcome.ts";
import { port } from "../node/ports.ts";
import { compile } from "../plan/compile.ts";
import type { Plan } from "../plan/plan.ts";
import { sampleContainers } from "./sample-containers.ts";

/** A few node types for tests of the runtime and the engine; not part of any catalog people see. */
const base = {
  version: 1,
  title: "Sample",
  description: "For tests.",
  group: "data",
  icon: "box",
  limits: { timeoutMs: 2_000, attempts: 3 },
  examples: [],
} as const;
const value = () => ({ inputs: { value: port.any({ optional: true }) }, outputs: { value: port.any() } });

const sampleEntry = defineNode({
  ...base,
  type: "sample-entry",
  role: "entry",
  config: z.strictObject({}),
  effect: "pure",
  ports: () => ({ inputs: {}, outputs: { value: port.any() } }),
});
const sampleExit = defineNode({
  ...base,
  type: "sample-exit",
  role: "exit",
  config: z.strictObject({ name: z.string().default("result") }),
  effect: "pure",
  ports: ({ name }) => ({ inputs: { value: port.any() }, outputs: { [name]: port.any() } }),
});
const sampleStep = defineNode({
  ...base,
  type: "sample-step",
  role: "step",
  config: z.strictObject({
    effect: z.enum(["pure", "read", "write"]).default("pure"),
    /** Yielded instead of what came in. */
    yields: expression(z.unknown().optional()),
    fails: z.string().optional(),
    happened: z.enum(["no", "unknown"]).default("unknown"),
    /** Attempts that fail before one succeeds. */
    failures: z.int().default(0),
    sleepMs: z.int().default(0),
    waitMs: z.int().optional(),
  }),
  effect: ({ effect }) => effect,
  ports: value,
});
const sampleBranch = defineNode({
  ...base,
  type: "sample-branch",
  role: "step",
  config: z.strictObject({ take: z.enum(["left", "right"]).default("left") }),
  effect: "pure",
  ports: () => ({ inputs: { value: port.any({ optional: true }) }, outputs: { left: port.any(), right: port.any() } }),
});
const sampleNeed = defineNode({
  ...base,
  type: "sample-need",
  role: "step",
  config: z.strictObject({}),
  effect: "pure",
  ports: () => ({ inputs: { value: port.any() }, outputs: { value: port.any() } }),
});
const samplePair = defineNode({
  ...base,
  type: "sample-pair",
  role: "step",
  config: z.strictObject({}),
  effect: "pure",
  ports: () => ({ inputs: { left: port.any(), right: port.any({ optional: true }) }, outputs: { value: port.list("any") } }),
});
const sampleMerge = defineNode({
  ...base,
  type: "sample-merge",
  role: "merge",
  config: z.strictObject({ mode: z.enum(["all", "first"]).default("all") }),
  effect: "pure",
  join: ({ mode }) => mode,
  ports: () => ({ inputs: { values: port.any({ many: true }) }, outputs: { values: port.any() } }),
});
const sampleNote = defineNode({
  ...base,
  type: "sample-note",
  role: "annotation",
  config: z.strictObject({}),
  effect: "pure",
  ports: () => ({ inputs: {}, outputs: {} }),
});

/** How often each sample step was executed, by node id: tests clear it. */
export const executions = new Map<string, number>();

const implementations: NodeImplementation[] = [
  implementNode(sampleEntry, ({ inputs }) => done({ value: inputs.input })),
  implementNode(sampleExit, ({ config, inputs }) => done({ [config.name]: inputs.value })),
  implementNode(sampleBranch, ({ config, inputs }) => done({ [config.take]: inputs.value ?? true })),
  implementNode(sampleNeed, ({ inputs }) => done({ value: inputs.value })),
  implementNode(samplePair, ({ inputs }) => done({ value: [inputs.left, inputs.right ?? null] })),
  ...sampleContainers,
  implementNode(sampleMerge, ({ inputs }) => done({ values: inputs.values })),
  implementNode(sampleStep, async ({ config, inputs, context }) => {
    executions.set(context.node.id, (executions.get(context.node.id) ?? 0) + 1);
    context.log("info", `attempt ${context.node.attempt}`);
    if (config.waitMs !== undefined && !context.answered("pause"))
      return wait({ kind: "time", name: "pause", until: new Date(context.now() + config.waitMs).toISOString() });
    if (config.sleepMs > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, config.sleepMs);
        context.signal.addEventListener("abort", () => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
    if (config.fails !== undefined || context.node.attempt <= config.failures)
      throw new NodeError("network", config.fails ?? "not yet", { happened: config.happened });
    return done({ value: config.yields ?? inputs.value ?? context.node.id });
  }),
];

export const sampleCatalog = createCatalog([...implementations.map(({ definition }) => definition), sampleNote]);
export const sampleImplementations = async (type: string): Promise<NodeImplementation | undefined> =>
  implementations.find(({ definition }) => definition.type === type);

type Draft = Partial<Omit<GraphNode, "id">> & { type: string };

const LINKS: Readonly<Record<string, "tool" | "handoff">> = { tool: "tool", handoff: "handoff" };

/** A graph from nodes by short name and edges as `a.port > b.port` (ports default to `value`; from a port `tool` or `handoff` goes an edge of that kind). */
export function sampleGraph(nodes: Record<string, Draft>, edges: readonly string[]): Graph {
  return {
    ...emptyGraph("Sample"),
    nodes: Object.entries(nodes).map(([name, node]) => ({ id: sampleId(name), version: 1, label: name, position: { x: 0, y: 0 }, config: {}, ...node })),
    edges: edges.map((text, index) => {
      const [source, target] = text.split(">").map((end) => end.trim().split(".")) as [string[], string[]];
      const end = ([name = "", portName = "value"]: string[]) => ({ node: sampleId(name), port: portName });
      return {
        id: `edge_${String(index).padStart(3, "0")}` as Graph["edges"][number]["id"],
        kind: LINKS[source[1] ?? ""] ?? ("data" as const),
        source: end(source),
        target: end(target),
      };
    }),
  };
}

export function sampleId(name: string): NodeId {
  return `node_${name}` as NodeId;
}

/** The plan of a sample graph. Throws when it has problems. */
export function samplePlan(nodes: Record<string, Draft>, edges: readonly string[]): Plan {
  const { plan, problems } = compile(sampleGraph(nodes, edges), sampleCatalog, {});
  if (!plan) throw new Error(problems.map((problem) => `${problem.node ?? ""} ${problem.message}`).join("\n"));
  return plan;
}
