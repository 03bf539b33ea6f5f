import type { z } from "zod";
import { graphIdSchema } from "#runtime/graph/ids.ts";
import type { NodeExample } from "#runtime/node/define.ts";
import type { References } from "#runtime/node/references.ts";
import type { subGraphConfig } from "./config.ts";

const graph = graphIdSchema.parse("graph_summary");
const about = {
  kind: "graph" as const,
  graph,
  name: "Summary",
  input: {
    type: "object",
    properties: { text: { type: "string", title: "Text" }, words: { type: "integer", default: 100 } },
    required: ["text"],
    additionalProperties: false,
  },
  outputs: { summary: "any" as const },
  hash: "0".repeat(64),
};
const references: References = { "graph:graph_summary": { ...about, revision: 4 }, "graph:graph_summary@2": { ...about, revision: 2 } };

export const subGraphExamples: readonly NodeExample<z.input<typeof subGraphConfig>>[] = [
  { name: "runs the published revision of a graph", config: { graph }, inputs: { text: "A long story.", words: 20 }, references, calls: true },
  { name: "runs one revision, whatever is published", config: { graph, revision: 2 }, inputs: { text: "A long story." }, references, calls: true },
];
