import type { FoundThing } from "#server/contract/find.ts";

/** One name for a thing that was found by meaning, whatever kind it is of. */
export function foundKey({ kind, id }: Pick<FoundThing, "kind" | "id">): string {
  return `${kind}:${id}`;
}

const HEADINGS: Readonly<Record<FoundThing["kind"], string>> = {
  "node-type": "Nodes that may fit",
  tool: "Tools that may fit",
  graph: "Graphs that may fit",
  agent: "Agents that may fit",
  workflow: "ComfyUI workflows that may fit",
  collection: "Knowledge that may help",
};

/** Over things of a kind that were found by what they do, and not by what they are called. */
export function foundHeading(kind: FoundThing["kind"]): string {
  return HEADINGS[kind];
}
