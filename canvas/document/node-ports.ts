import { catalog } from "#nodes/catalog.data.ts";
import type { GraphNode } from "#runtime/graph/schema.ts";
import type { Ports } from "#runtime/node/ports.ts";
import type { References } from "#runtime/node/references.ts";
import { type Body, bodyOf, nodePorts as portsOfNode } from "#runtime/plan/node-ports.ts";

/** The ports an edge may be wired to: those outside, and of a container also those towards its body. */
export interface ShownPorts extends Ports {
  body?: Body;
}

const NONE: ShownPorts = { inputs: {}, outputs: {} };
const cache = new WeakMap<GraphNode, { references: References; ports: ShownPorts }>();

/** The ports a node shows. The same object for the same node and references. */
export function nodePorts(node: GraphNode, references: References): ShownPorts {
  const known = cache.get(node);
  if (known?.references === references) return known.ports;
  const ports = makePorts(node, references);
  cache.set(node, { references, ports });
  return ports;
}

function makePorts(node: GraphNode, references: References): ShownPorts {
  const definition = catalog.get(node.type);
  if (!definition) return NONE;
  const ports = portsOfNode(definition, node, references);
  // the outputs of an exit are those of the run
  if (definition.role === "exit") return { inputs: ports.inputs, outputs: {} };
  const body = bodyOf(definition, node.config, references);
  return body ? { ...ports, body } : ports;
}
