import type { z } from "zod";
import { nodeIdSchema } from "#runtime/graph/ids.ts";
import type { NodeExample } from "#runtime/node/define.ts";
import type { ToolOffer } from "#runtime/node/tool-offer.ts";
import type { agentConfig } from "./config.ts";

const search: ToolOffer = {
  node: nodeIdSchema.parse("node_search"),
  name: "search",
  title: "Search",
  description: "Finds pages.",
  input: { type: "object", properties: { query: { type: "string" } }, required: ["query"] },
  effect: "read",
  hash: "0".repeat(64),
};
const base = { connection: "conn_models", instructions: "You answer in one sentence." };
const usage = { model: "fake", turns: 1, toolCalls: 0, inputTokens: 100, outputTokens: 10, cachedInputTokens: 0, dollars: 0.00012 };

/** The model of the examples says what it is told after "Say: ", and calls "search" when it is asked to search. */
export const agentExamples: NodeExample<z.input<typeof agentConfig>>[] = [
  {
    name: "answers a question",
    config: base,
    inputs: { prompt: "Say: A heddle guides the threads." },
    outputs: {
      text: "A heddle guides the threads.",
      images: [],
      messages: [
        { role: "user", content: [{ type: "text", text: "Say: A heddle guides the threads." }] },
        { role: "assistant", content: [{ type: "text", text: "A heddle guides the threads." }] },
      ],
      usage,
    },
  },
  {
    name: "answers with values that fit a schema",
    config: {
      ...base,
      message: "Say: {{ inputs.said }}",
      output: { type: "object", properties: { threads: { type: "integer" } }, required: ["threads"] },
    },
    inputs: { said: '{"threads":480}' },
    outputs: {
      text: '{"threads":480}',
      result: { threads: 480 },
      images: [],
      messages: [
        { role: "user", content: [{ type: "text", text: 'Say: {"threads":480}' }] },
        { role: "assistant", content: [{ type: "text", text: '{"threads":480}' }] },
      ],
      usage,
    },
  },
  { name: "looks something up with a tool", config: base, inputs: { prompt: "Search for heddles." }, tools: [search], calls: true },
  { name: "asks a person before it calls", config: { ...base, autonomy: "manual" }, inputs: { prompt: "Search for heddles." }, tools: [search], waits: true },
];
