import type { Graph } from "../../graph/schema.ts";

/** A graph with as few nodes, edges and settings as can be that is still wrong; `isWrong` is asked about graphs that do not compile, too. */
export async function shrink(graph: Graph, isWrong: (graph: Graph) => Promise<boolean>): Promise<Graph> {
  let least = graph;
  for (let again = true; again; ) {
    again = false;
    for (const smaller of smallerGraphs(least)) {
      if (!(await isWrong(smaller))) continue;
      least = smaller;
      again = true;
      break;
    }
  }
  return least;
}

function* smallerGraphs(graph: Graph): Generator<Graph> {
  for (const { id } of graph.nodes) {
    const gone = new Set<string>([id]);
    for (let size = 0; size !== gone.size; ) {
      size = gone.size;
      for (const node of graph.nodes) if (node.parent && gone.has(node.parent)) gone.add(node.id);
    }
    yield {
      ...graph,
      nodes: graph.nodes.filter((node) => !gone.has(node.id)),
      edges: graph.edges.filter(({ source, target }) => !gone.has(source.node) && !gone.has(target.node)),
    };
  }
  for (const { id } of graph.edges) yield { ...graph, edges: graph.edges.filter((edge) => edge.id !== id) };
  for (const node of graph.nodes) {
    if (node.disabled) yield { ...graph, nodes: graph.nodes.map((other) => (other === node ? { ...node, disabled: false } : other)) };
    const { policy, ...plain } = node;
    if (policy) yield { ...graph, nodes: graph.nodes.map((other) => (other === node ? plain : other)) };
    if (Object.keys(node.config).length > 0) yield { ...graph, nodes: graph.nodes.map((other) => (other === node ? { ...node, config: {} } : other)) };
  }
  if (Object.keys(graph.settings).length > 0) yield { ...graph, settings: {} };
}
