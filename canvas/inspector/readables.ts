import type { NodeId } from "#runtime/graph/ids.ts";
import type { Graph } from "#runtime/graph/schema.ts";
import { circleOf, type PortsOfNode } from "../board/connection-rules.ts";
import { placedNodes } from "../document/containers.ts";
import { nodesById } from "../document/editor-context.ts";
import type { Readable } from "./form-context.ts";

const MAX_SHOWN = 40;

/** What the expressions of a node may read: its inputs (of a list it goes through: one item), what containers around it give, and the outputs of the nodes before it. */
export function readablesOf(graph: Graph, node: NodeId, portsOf: PortsOfNode): Readable[] {
  const byId = nodesById(graph);
  const own = byId.get(node);
  if (!own) return [];
  const eachItemOf = own.policy?.eachItemOf;
  const inputs = Object.entries(portsOf(own).inputs).map(([name, port]) => ({
    from: "Input",
    name: name === eachItemOf ? `${port.title ?? name} (one item)` : (port.title ?? name),
    source: member("inputs", name),
  }));
  const around = new Set(placedNodes(graph).get(node)?.around);
  const before = [...circleOf(graph, node, "source")].filter((id) => id !== node);
  const outputs = before.flatMap((id) => {
    const source = byId.get(id);
    if (!source) return [];
    const { outputs: outer, body } = portsOf(source);
    return Object.entries(around.has(id) ? (body?.gives ?? {}) : outer).map(([name, port]) => ({
      from: source.label,
      name: port.title ?? name,
      source: member(`nodes.${id}`, name),
    }));
  });
  return [...inputs, ...outputs].slice(0, MAX_SHOWN);
}

function member(object: string, name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? `${object}.${name}` : `${object}[${JSON.stringify(name)}]`;
}
