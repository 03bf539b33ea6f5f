import type { z } from "zod";
import { connectionIdSchema } from "#runtime/graph/ids.ts";
import type { NodeExample } from "#runtime/node/define.ts";
import type { mcpPromptConfig } from "./config.ts";

const connection = connectionIdSchema.parse("conn_files");

/** `weather` is answered by a fake in the contract suite. */
export const mcpPromptExamples: NodeExample<z.input<typeof mcpPromptConfig>>[] = [
  {
    name: "fills in what is wired to it",
    config: { connection, prompt: "weather", arguments: { city: "{{ inputs.city }}" } },
    inputs: { city: "Oslo" },
    outputs: {
      messages: [{ role: "user", content: [{ type: "text", text: "What is the weather in Oslo?" }] }],
      text: "What is the weather in Oslo?",
    },
  },
  { name: "fails when there is no such prompt", config: { connection, prompt: "gone" }, inputs: {}, fails: "not-found" },
];
