import type { Json } from "#runtime/graph/json.ts";
import { defineNode } from "#runtime/node/define.ts";
import { type Port, port } from "#runtime/node/ports.ts";
import type { GraphReference } from "#runtime/node/references.ts";
import { isPortName } from "../kit/ports/port-names.ts";
import { portTypeOf } from "../kit/ports/port-type-of.ts";
import { graphKey, graphOf, inputSchemas, requiredInputs, subGraphConfig } from "./config.ts";
import { subGraphExamples } from "./examples.ts";

export const subGraph = defineNode({
  type: "sub-graph",
  version: 1,
  role: "call",
  title: "Sub-graph",
  description: "Runs another graph as one step: its run input comes in, and its outputs go out.",
  group: "flow",
  icon: "workflow",
  keywords: ["graph", "call", "skill", "subworkflow", "reuse", "function", "nested"],
  config: subGraphConfig,
  ports: (config, references) => {
    const graph = graphOf(config, references);
    return { inputs: inputPorts(graph), outputs: outputPorts(graph) };
  },
  // its nodes have effects of their own
  effect: "pure",
  limits: { timeoutMs: 30_000, attempts: 1 },
  references: (config) => {
    const key = graphKey(config);
    return key === undefined ? [] : [key];
  },
  // a graph that is missing or not published is reported with the reference
  check: (config, references) => {
    if (config.graph === undefined) return [{ path: "/graph", message: "Choose the graph to run." }];
    const graph = graphOf(config, references);
    const unnameable = [...requiredInputs(graph)].filter((name) => typeof name === "string" && !isPortName(name));
    return unnameable.map((name) => ({ path: "/graph", message: `The graph demands an input "${name}", which cannot be wired. Rename it there.` }));
  },
  summary: (config, references) => {
    const graph = graphOf(config, references);
    return graph ? `${graph.name} · revision ${graph.revision}` : "";
  },
  tool: (config, references) => {
    const graph = graphOf(config, references);
    return graph ? { description: graph.description ?? `Runs the graph "${graph.name}".`, input: graph.input, about: { graph: true } } : {};
  },
  examples: subGraphExamples,
});

function inputPorts(graph: GraphReference | undefined): Record<string, Port> {
  const required = requiredInputs(graph);
  const sound = Object.entries(inputSchemas(graph)).filter(([name]) => isPortName(name));
  return Object.fromEntries(sound.map(([name, schema]) => [name, port.of(portTypeOf(schema), { optional: !required.has(name), ...wordsOf(schema) })]));
}

function outputPorts(graph: GraphReference | undefined): Record<string, Port> {
  const sound = Object.entries(graph?.outputs ?? {}).filter(([name]) => isPortName(name));
  return Object.fromEntries(sound.map(([name, type]) => [name, port.of(type)]));
}

function wordsOf(schema: Json): Pick<Port, "title" | "description"> {
  const { title, description } = typeof schema === "object" && schema !== null && !Array.isArray(schema) ? schema : {};
  return { ...(typeof title === "string" && { title }), ...(typeof description === "string" && { description }) };
}
