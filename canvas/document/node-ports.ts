import { catalog } from "#nodes/catalog.data.ts";
import type { GraphNode } from "#runtime/graph/schema.ts";
import { lenientConfig } from "#runtime/node/catalog.ts";
import type { Ports } from "#runtime/node/ports.ts";
import type { Reference, ReferenceKey, References } from "#runtime/node/references.ts";
import { type Body, bodyOf, nodePorts as portsOfNode } from "#runtime/plan/node-ports.ts";

/** The ports an edge may be wired to: those outside, and of a container also those towards its body. */
export interface ShownPorts extends Ports {
  body?: Body;
}

interface Known {
  references: References;
  /** What the node depends on of them. */
  used: readonly (readonly [ReferenceKey, Reference | undefined])[];
  ports: ShownPorts;
}

const NONE: ShownPorts = { inputs: {}, outputs: {} };
const cache = new WeakMap<GraphNode, Known>();

/** The ports a node shows. The same object for the same node, as long as what it depends on is the same. */
export function nodePorts(node: GraphNode, references: References): ShownPorts {
  const known = cache.get(node);
  if (known && isSame(known, references)) return known.ports;
  const ports = makePorts(node, references);
  cache.set(node, { references, used: (known?.used.map(([key]) => key) ?? keysOf(node)).map((key) => [key, references[key]]), ports });
  return ports;
}

function isSame(known: Known, references: References): boolean {
  if (known.references === references) return true;
  return known.used.every(([key, reference]) => references[key] === reference);
}

function keysOf({ type, config }: GraphNode): readonly ReferenceKey[] {
  const definition = catalog.get(type);
  return definition?.references?.(lenientConfig(definition, config)) ?? [];
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
