import type { NodeId } from "#runtime/graph/ids.ts";
import type { Graph } from "#runtime/graph/schema.ts";
import { listItem, type Port, type PortType } from "#runtime/node/ports.ts";
import { circleOf, type PortsOfNode, portOf } from "../board/connection-rules.ts";
import { placedNodes } from "../document/containers.ts";
import { nodesById } from "../document/editor-context.ts";
import { memberSource } from "../text/value-path.ts";
import type { Readable } from "./form-context.ts";

/** What the expressions of a node may read: its inputs (of a list it goes through: one item), what containers around it give, and the outputs of the nodes before it. */
export function readablesOf(graph: Graph, node: NodeId, portsOf: PortsOfNode): Readable[] {
  const before = [...circleOf(graph, node, "source")].filter((id) => id !== node);
  return [...inputsOf(graph, node, portsOf), ...outputsOf(graph, node, { portsOf, of: before })];
}

/** All that the compiler lets a node's expressions read, also of nodes that are not before it yet: reading one puts it there. */
export function visibleTo(graph: Graph, node: NodeId, portsOf: PortsOfNode): Readable[] {
  const placed = placedNodes(graph);
  const around = new Set<NodeId | undefined>([undefined, ...(placed.get(node)?.around ?? [])]);
  const others = [...placed.keys()].filter((id) => id !== node && around.has(placed.get(id)?.around.at(-1)));
  return [...inputsOf(graph, node, portsOf), ...outputsOf(graph, node, { portsOf, of: others })];
}

function inputsOf(graph: Graph, node: NodeId, portsOf: PortsOfNode): Readable[] {
  const own = nodesById(graph).get(node);
  if (!own) return [];
  const eachItemOf = own.policy?.eachItemOf;
  return Object.entries({ ...wiredInputs(graph, node, portsOf), ...portsOf(own).inputs }).map(([name, port]) => {
    const isItem = name === eachItemOf;
    const type: PortType = (isItem ? listItem(port.type) : undefined) ?? port.type;
    const title = port.title ?? name;
    return { from: "Input", name: isItem ? `${title} (one item)` : title, source: memberSource("inputs", name), port: name, type };
  });
}

/** What is wired to a node, also to inputs that it has only while its text can be read: half an expression takes them away. */
function wiredInputs(graph: Graph, node: NodeId, portsOf: PortsOfNode): Record<string, Pick<Port, "type" | "title">> {
  const byId = nodesById(graph);
  const wired = graph.edges.filter(({ kind, target }) => kind === "data" && target.node === node);
  return Object.fromEntries(
    wired.map(({ source, target }) => {
      const from = byId.get(source.node);
      return [target.port, { type: (from && portOf(portsOf(from), { port: source.port, side: "source" })?.port.type) ?? "any" }];
    }),
  );
}

function outputsOf(graph: Graph, node: NodeId, { portsOf, of }: { portsOf: PortsOfNode; of: readonly NodeId[] }): Readable[] {
  const byId = nodesById(graph);
  const around = new Set(placedNodes(graph).get(node)?.around);
  return of.flatMap((id) => {
    const source = byId.get(id);
    if (!source) return [];
    const { outputs: outer, body } = portsOf(source);
    const isAround = around.has(id);
    return Object.entries(isAround ? (body?.gives ?? {}) : outer).map(([name, port]) => ({
      from: source.label,
      name: port.title ?? name,
      source: memberSource(`nodes.${id}`, name),
      node: id,
      port: name,
      type: port.type,
      ...(isAround && { isGiven: true }),
    }));
  });
}
