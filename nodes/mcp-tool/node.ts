import { defineNode, type JsonSchema } from "#runtime/node/define.ts";
import { HINT } from "#runtime/node/fields.ts";
import { isPortName } from "../kit/ports/port-names.ts";
import { type McpToolConfig, mcpToolConfig, openArguments, toolKey, toolOf } from "./config.ts";
import { mcpToolExamples } from "./examples.ts";
import { toolOffer } from "./offer.ts";
import { mcpToolPorts } from "./ports.ts";

export const mcpTool = defineNode({
  type: "mcp-tool",
  version: 1,
  role: "step",
  title: "MCP tool",
  description: "Calls a tool of a connected MCP server.",
  group: "tools",
  icon: "wrench",
  keywords: ["mcp", "server", "call", "function", "plugin"],
  config: mcpToolConfig,
  ports: mcpToolPorts,
  effect: (config, references) => (toolOf(config, references)?.readOnly ? "read" : "write"),
  // of a tool that only reads, for as long as somebody says; the answer holds for these settings of the server, and for who asks it
  cacheable: true,
  credentials: ({ connection }) => (connection === undefined ? [] : [connection]),
  // 60 s without an answer, and 15 minutes while it reports progress: `execute` gives both to the call.
  limits: { timeoutMs: 900_000, attempts: 4 },
  references: (config) => {
    const key = toolKey(config);
    return key === undefined ? [] : [key];
  },
  check: (config, references) => {
    if (!config.connection) return [{ path: "/connection", message: "Choose an MCP server." }];
    if (!config.tool) return [{ path: "/tool", message: "Choose a tool." }];
    return openArguments(config, toolOf(config, references))
      .filter((name) => !isPortName(name))
      .map((name) => ({ path: "/arguments", message: `The tool needs a value for "${name}".` }));
  },
  form: (config, references, schema) => withArguments(config, toolOf(config, references)?.inputSchema, schema),
  summary: (config, references) => toolOf(config, references)?.title ?? config.tool,
  tool: (config, references) => toolOffer(config, toolOf(config, references)),
  examples: mcpToolExamples,
});

/** The form with the tool's own arguments in place of any JSON. None of them is demanded there: it may come by an edge. */
function withArguments(config: McpToolConfig, inputSchema: JsonSchema | undefined, schema: JsonSchema): JsonSchema {
  const properties = schema.properties as JsonSchema;
  const general = properties.arguments as JsonSchema;
  if (!config.tool) return { ...schema, properties: Object.fromEntries(Object.entries(properties).filter(([name]) => name !== "arguments")) };
  if (!inputSchema) return schema;
  const { title, description, default: fallback } = general;
  const own = {
    ...inputSchema,
    title: title ?? "Arguments",
    ...(description !== undefined && { description }),
    ...(fallback !== undefined && { default: fallback }),
  };
  return { ...schema, properties: { ...properties, arguments: { ...own, [HINT]: { expression: true } } } };
}
