import { z } from "zod";
import type { Json } from "#runtime/graph/json.ts";
import type { JsonSchema } from "#runtime/node/define.ts";
import { connectionField, hint } from "#runtime/node/fields.ts";
import type { References, ToolReference } from "#runtime/node/references.ts";

export const mcpToolConfig = z.strictObject({
  connection: connectionField("mcp", { title: "Server" }).optional(),
  tool: hint(z.string().max(200).default(""), { toolOf: "connection" }, { title: "Tool" }),
  arguments: hint(
    z
      .record(
        z.string(),
        z.custom<Json>((value) => value !== undefined),
      )
      .default({}),
    { expression: true, language: "json" },
    { title: "Arguments", description: "What is wired to an input of the same name comes first." },
  ),
});
export type McpToolConfig = z.output<typeof mcpToolConfig>;

export function toolKey({ connection, tool }: McpToolConfig): string | undefined {
  return connection && tool ? `tool:${connection}/${tool}` : undefined;
}

/** The tool as it was looked up, or undefined while it is not known. */
export function toolOf(config: McpToolConfig, references: References): ToolReference | undefined {
  const key = toolKey(config);
  const reference = key !== undefined && Object.hasOwn(references, key) ? references[key] : undefined;
  return reference?.kind === "tool" ? reference : undefined;
}

/** The schemas of the tool's arguments, by name. */
export function argumentsOf(tool: ToolReference | undefined): JsonSchema {
  const properties = tool?.inputSchema.properties;
  return typeof properties === "object" && properties !== null && !Array.isArray(properties) ? properties : {};
}

/** Names of the arguments that a call must have and this config does not give. */
export function openArguments(config: McpToolConfig, tool: ToolReference | undefined): string[] {
  const required = Array.isArray(tool?.inputSchema.required) ? tool.inputSchema.required : [];
  return required.filter((name) => typeof name === "string").filter((name) => !Object.hasOwn(config.arguments, name));
}
