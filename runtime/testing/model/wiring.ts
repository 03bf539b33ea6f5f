import { parseTemplate } from "../../expression/parse-template.ts";
import { referencesOf } from "../../expression/references.ts";
import type { NodeId } from "../../graph/ids.ts";
import { compareOrder } from "../../graph/order-key.ts";
import type { Graph, GraphEdge, GraphNode } from "../../graph/schema.ts";
import { lenientConfig } from "../../node/catalog.ts";
import type { NodeDefinition } from "../../node/define.ts";
import type { Port } from "../../node/ports.ts";
import { sampleCatalog } from "../sample-nodes.ts";

/** One node of a graph with what is said about it there and by its type. */
export interface Wired {
  node: GraphNode;
  definition: NodeDefinition;
  config: Record<string, unknown>;
  inputs: Record<string, Port>;
  outputs: readonly string[];
  /** Containers around it, outermost first. */
  around: readonly NodeId[];
  /** Edges that end here, from outside of it, in their order. */
  incoming: readonly GraphEdge[];
  /** Edges that end here, from its own body. */
  taken: readonly GraphEdge[];
  /** Nodes that its expressions read. */
  reads: readonly NodeId[];
  children: readonly NodeId[];
  /** The policy's list, where it runs once for each item. */
  eachItemOf: string | undefined;
}

/** The nodes of a graph by id. */
export function wire(graph: Graph): ReadonlyMap<NodeId, Wired> {
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));
  const aroundOf = (node: GraphNode): NodeId[] => {
    const parent = node.parent && byId.get(node.parent);
    return parent ? [...aroundOf(parent), parent.id] : [];
  };
  const edges = [...graph.edges].sort(compareOrder);
  return new Map(
    graph.nodes.map((node) => {
      const definition = sampleCatalog.get(node.type);
      if (!definition) throw new RangeError(`There is no node type ${node.type}.`);
      const config = lenientConfig(definition, node.config);
      const ports = definition.ports(config, {});
      const ending = edges.filter(({ target }) => target.node === node.id);
      const isInside = ({ source }: GraphEdge) => byId.get(source.node)?.parent === node.id;
      const wired: Wired = {
        node,
        definition,
        config,
        inputs: ports.inputs,
        outputs: Object.keys(ports.outputs),
        around: aroundOf(node),
        incoming: ending.filter((edge) => !isInside(edge)),
        taken: ending.filter(isInside),
        reads: readsOf(node),
        children: graph.nodes.filter(({ parent }) => parent === node.id).map(({ id }) => id),
        eachItemOf: node.policy?.eachItemOf,
      };
      return [node.id, wired];
    }),
  );
}

function readsOf(node: GraphNode): NodeId[] {
  const { yields } = node.config;
  if (typeof yields !== "string" || !yields.includes("{{")) return [];
  const parsed = parseTemplate(yields);
  return parsed.ok ? [...new Set(referencesOf(parsed.template).nodes.map(({ node: read }) => read as NodeId))] : [];
}
