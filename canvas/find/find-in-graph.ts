import type { NodeId } from "#runtime/graph/ids.ts";
import type { Graph } from "#runtime/graph/schema.ts";
import { createMatcher, type FindQuery, type Span } from "./matcher.ts";
import { type SearchedText, searchedTexts } from "./searched-texts.ts";

export interface Match {
  found: SearchedText;
  span: Span;
}

export interface FindResult {
  matches: readonly Match[];
  /** How many of them each node has. */
  byNode: ReadonlyMap<NodeId, number>;
  /** What is wrong with the pattern. */
  problem: string | undefined;
  /** Some texts were left out: there is too much to look through at once. */
  isPartial: boolean;
}

/** Characters that are looked through: a pattern takes 70 ns for each, text 1 ns. */
const BUDGET = { pattern: 2_000_000, text: 20_000_000 };
const MOST_MATCHES = 5_000;

/** Everything in a graph that a query finds, node by node as they stand in it. */
export function findInGraph(graph: Graph, query: FindQuery): FindResult {
  const matcher = createMatcher(query);
  if (!matcher.ok) return { matches: [], byNode: new Map(), problem: matcher.message, isPartial: false };
  const matches: Match[] = [];
  const byNode = new Map<NodeId, number>();
  let left = query.text === "" ? 0 : query.isPattern ? BUDGET.pattern : BUDGET.text;
  for (const node of inReadingOrder(graph)) {
    for (const found of searchedTexts(node)) {
      if (query.text === "") continue;
      left -= found.text.length;
      if (left < 0 || matches.length >= MOST_MATCHES) return { matches, byNode, problem: undefined, isPartial: true };
      for (const span of matcher.spans(found.text)) {
        matches.push({ found, span });
        byNode.set(node.id, (byNode.get(node.id) ?? 0) + 1);
      }
    }
  }
  return { matches, byNode, problem: undefined, isPartial: false };
}

const orders = new WeakMap<Graph, Graph["nodes"]>();

/** From left to right as the graph is read; what is at one place keeps its order. */
function inReadingOrder(graph: Graph): Graph["nodes"] {
  const known = orders.get(graph);
  if (known) return known;
  const sorted = [...graph.nodes].sort((one, other) => one.position.x - other.position.x || one.position.y - other.position.y);
  orders.set(graph, sorted);
  return sorted;
}
