import { z } from "zod";
import type { Json } from "#runtime/graph/json.ts";
import { connectionField, hint } from "#runtime/node/fields.ts";

export const mcpPromptConfig = z.strictObject({
  connection: connectionField("mcp", { title: "Server" }).optional(),
  prompt: hint(
    z.string().max(1_000).default(""),
    { offered: { what: "prompts", by: "connection" } },
    { title: "Prompt", description: "The name of one of the server's prompt templates." },
  ),
  arguments: hint(
    z
      .record(
        z.string(),
        z.custom<Json>((value) => value !== undefined),
      )
      .default({}),
    { expression: true, language: "json" },
    { title: "Arguments", description: "Values by name. Texts may read inputs: {{ inputs.city }}" },
  ),
});
