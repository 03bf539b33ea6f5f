import type { ToolReference } from "#runtime/node/references.ts";
import type { Tool } from "./connections.ts";

/** What a graph that calls a tool depends on. */
export function toolReference(connection: string, { name, title, description, inputSchema, outputSchema, readOnly, hash }: Tool): ToolReference {
  const reference: ToolReference = { kind: "tool", connection, name, inputSchema, readOnly, hash };
  return { ...reference, ...(title !== undefined && { title }), ...(description !== undefined && { description }), ...(outputSchema && { outputSchema }) };
}
