import { catalog } from "#nodes/catalog.data.ts";
import type { GraphNode } from "#runtime/graph/schema.ts";
import { portsOf } from "#runtime/node/catalog.ts";
import { FAILURE_PORT, type Ports, port } from "#runtime/node/ports.ts";
import type { References } from "#runtime/node/references.ts";

const NONE: Ports = { inputs: {}, outputs: {} };
const cache = new WeakMap<GraphNode, { references: References; ports: Ports }>();

/** The ports a node shows: those an edge may be wired to. The same object for the same node and references. */
export function nodePorts(node: GraphNode, references: References): Ports {
  const known = cache.get(node);
  if (known?.references === references) return known.ports;
  const ports = makePorts(node, references);
  cache.set(node, { references, ports });
  return ports;
}

function makePorts(node: GraphNode, references: References): Ports {
  const definition = catalog.get(node.type);
  if (!definition) return NONE;
  const { inputs, outputs } = portsOf(definition, node.config, references);
  // the outputs of an exit are those of the run
  if (definition.role === "exit") return { inputs, outputs: {} };
  return node.policy?.onFailure === "branch" ? { inputs, outputs: { ...outputs, [FAILURE_PORT]: port.json({ title: "Failure" }) } } : { inputs, outputs };
}
