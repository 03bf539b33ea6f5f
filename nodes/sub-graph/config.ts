import { z } from "zod";
import { graphIdSchema } from "#runtime/graph/ids.ts";
import type { JsonSchema } from "#runtime/node/define.ts";
import { hint } from "#runtime/node/fields.ts";
import type { GraphReference, References } from "#runtime/node/references.ts";

export const subGraphConfig = z.strictObject({
  graph: hint(graphIdSchema, { graph: true }, { title: "Graph" }).optional(),
  revision: hint(z.int().min(1), { advanced: true }, { title: "Revision", description: "The published one when empty." }).optional(),
});
type SubGraphConfig = z.output<typeof subGraphConfig>;

export function graphKey({ graph, revision }: SubGraphConfig): string | undefined {
  if (graph === undefined) return undefined;
  return revision === undefined ? `graph:${graph}` : `graph:${graph}@${revision}`;
}

/** The graph as it was looked up, or undefined while it is not known. */
export function graphOf(config: SubGraphConfig, references: References): GraphReference | undefined {
  const key = graphKey(config);
  const reference = key !== undefined && Object.hasOwn(references, key) ? references[key] : undefined;
  return reference?.kind === "graph" ? reference : undefined;
}

/** The schemas of what the graph's run is asked for, by name. */
export function inputSchemas(graph: GraphReference | undefined): JsonSchema {
  const properties = graph?.input.properties;
  return typeof properties === "object" && properties !== null && !Array.isArray(properties) ? properties : {};
}

export function requiredInputs(graph: GraphReference | undefined): ReadonlySet<unknown> {
  return new Set(Array.isArray(graph?.input.required) ? graph.input.required : []);
}
