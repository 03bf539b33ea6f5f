import type { JsonSchema, ToolDescription } from "#runtime/node/define.ts";
import type { ToolReference } from "#runtime/node/references.ts";
import { aboutTarget } from "#runtime/node/tool-target.ts";
import { isPortName } from "../kit/ports/port-names.ts";
import { argumentsOf, type McpToolConfig } from "./config.ts";

/** To an agent the tool is what its server says, without the arguments that are set here. */
export function toolOffer({ arguments: set, connection }: McpToolConfig, tool: ToolReference | undefined): ToolDescription {
  if (!tool) return {};
  const isOpen = (name: string) => isPortName(name) && !Object.hasOwn(set, name);
  const properties = Object.fromEntries(Object.entries(argumentsOf(tool)).filter(([name]) => isOpen(name))) as JsonSchema;
  const { required: all } = tool.inputSchema;
  const required = Array.isArray(all) ? all.filter((name) => typeof name === "string" && isOpen(name)) : [];
  const { $defs } = tool.inputSchema;
  return {
    description: tool.description ?? tool.title ?? tool.name,
    input: { type: "object", properties, ...(required.length > 0 && { required }), ...($defs !== undefined && { $defs }) },
    ...(connection !== undefined && { about: aboutTarget({ connection, tool: tool.name }) }),
  };
}
