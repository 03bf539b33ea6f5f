import { nodeIdSchema } from "#runtime/graph/ids.ts";
import { lenientConfig, portsOf } from "#runtime/node/catalog.ts";
import type { NodeDefinition, NodeExample, NodeImplementation, RawConfig } from "#runtime/node/define.ts";
import type { Port, Ports } from "#runtime/node/ports.ts";
import type { PlanNode } from "#runtime/plan/plan.ts";
import { type AttemptResult, executeNode } from "#runtime/run/execute-node.ts";
import type { FakeContext } from "./fake-context.ts";

type Example = Pick<NodeExample<unknown>, "config" | "inputs" | "references" | "tools">;

export function examplePorts(definition: NodeDefinition, { config, references = {} }: Pick<Example, "config" | "references">): Ports {
  return portsOf(definition, config as RawConfig, references);
}

/** Runs one attempt the way a run does: expressions evaluated, inputs coerced, outputs checked. */
export function runExample(implementation: NodeImplementation, example: Example, context: FakeContext): Promise<AttemptResult> {
  const references = example.references ?? {};
  return executeNode({ planNode: planNodeOf(implementation.definition, example), implementation, references, inputs: example.inputs, nodes: {}, context });
}

function planNodeOf(definition: NodeDefinition, example: Example): PlanNode {
  const { role, type, version, limits } = definition;
  if (role === "annotation") throw new Error(`A node of role ${role} never runs.`);
  const raw = example.config as RawConfig;
  const config = lenientConfig(definition, raw);
  const references = example.references ?? {};
  const ports = examplePorts(definition, example);
  return {
    id: nodeIdSchema.parse("node_test"),
    type,
    version,
    role,
    label: definition.title,
    config: raw,
    effect: typeof definition.effect === "function" ? definition.effect(config, references) : definition.effect,
    policy: { ...limits, onFailure: "fail" },
    join: definition.join?.(config) ?? "all",
    disabled: false,
    inputs: mapPorts(ports.inputs, (port) => ({ ...planPort(port), sources: [] })),
    outputs: mapPorts(ports.outputs, planPort),
    reads: [],
    depth: 0,
    ...(example.tools && { tools: [...example.tools] }),
  };
}

function planPort({ type, optional = false, many = false }: Port) {
  return { type, optional, many };
}

function mapPorts<Result>(ports: Record<string, Port>, map: (port: Port) => Result): Record<string, Result> {
  return Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, map(port)]));
}
