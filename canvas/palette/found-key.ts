import type { FoundThing } from "#server/contract/find.ts";

/** One name for a thing that was found by meaning, whatever kind it is of. */
export function foundKey({ kind, id }: Pick<FoundThing, "kind" | "id">): string {
  return `${kind}:${id}`;
}

const HEADINGS: Readonly<Record<FoundThing["kind"], string>> = {
  "node-type": "Nodes that do it",
  tool: "Tools that do it",
  graph: "Graphs that do it",
  agent: "Agents that do it",
  workflow: "ComfyUI workflows that do it",
  template: "Templates that do it",
  collection: "Knowledge about it",
};

/** Over things of a kind that were found by what they do, and not by what they are called. */
export function foundHeading(kind: FoundThing["kind"]): string {
  return HEADINGS[kind];
}
