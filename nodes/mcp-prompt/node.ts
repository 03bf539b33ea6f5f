import { defineNode } from "#runtime/node/define.ts";
import { port } from "#runtime/node/ports.ts";
import { withReferencedInputs } from "../kit/expressions/with-referenced-inputs.ts";
import { mcpPromptConfig } from "./config.ts";
import { mcpPromptExamples } from "./examples.ts";

export const mcpPrompt = defineNode({
  type: "mcp-prompt",
  version: 1,
  role: "step",
  title: "MCP prompt",
  description: "Fills a prompt template of a connected MCP server in, for a model or an agent.",
  group: "tools",
  icon: "message-square-text",
  keywords: ["mcp", "server", "template", "messages", "model"],
  config: mcpPromptConfig,
  ports: (config) => ({
    inputs: withReferencedInputs({}, config.arguments),
    outputs: {
      messages: port.messages({ title: "Messages" }),
      text: port.text({ title: "Text", description: "The text of all messages." }),
    },
  }),
  effect: "read",
  cacheable: true,
  credentials: ({ connection }) => (connection === undefined ? [] : [connection]),
  limits: { timeoutMs: 60_000, attempts: 4 },
  check: ({ connection, prompt }) => {
    if (!connection) return [{ path: "/connection", message: "Choose an MCP server." }];
    return prompt.trim() === "" ? [{ path: "/prompt", message: "Name one of the server's prompts." }] : [];
  },
  summary: ({ prompt }) => prompt,
  tool: ({ prompt }) => ({ description: prompt === "" ? undefined : `Fills the prompt template "${prompt}" in.` }),
  examples: mcpPromptExamples,
});
