import type { Graph } from "#runtime/graph/schema.ts";

const USUAL = ["What can you do?", "Which tools do you have?"] as const;
const MOST = 4;
const MAX_LENGTH = 200;

/** What somebody could say first: what the agents of the graph were given as examples, else what one asks anybody. */
export function suggestionsOf(graph: Graph | undefined): string[] {
  const examples = (graph?.nodes ?? []).flatMap(({ config }) => (Array.isArray(config.examples) ? config.examples : []));
  const inputs = examples.flatMap((example) => {
    const input = typeof example === "object" && example !== null && !Array.isArray(example) ? example.input : undefined;
    return typeof input === "string" && input.trim() !== "" && input.length <= MAX_LENGTH ? [input.trim()] : [];
  });
  return inputs.length > 0 ? [...new Set(inputs)].slice(0, MOST) : [...USUAL];
}
