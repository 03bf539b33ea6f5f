import { z } from "zod";
import { jsonSchema } from "#runtime/graph/json.ts";
import { autonomySchema } from "#runtime/node/autonomy.ts";
import { connectionField, expression, hint, modelField, records } from "#runtime/node/fields.ts";
import { MAX_THREAD_KEY } from "../kit/memory/service.ts";
import { THRESHOLDS } from "../kit/safety/principles.ts";
import { templateText } from "../kit/text/template-text-field.ts";

const advanced = <Schema extends z.ZodType>(schema: Schema, about: { title: string; description?: string }) => hint(schema, { advanced: true }, about);
const share = z.number().min(0).max(1);

export const agentConfig = z.strictObject({
  connection: connectionField("model", { title: "Model provider" }).optional(),
  model: modelField(),
  instructions: templateText({ title: "Instructions", language: "markdown", description: "Who it is and how it works. Put values in with {{ inputs.name }}." }),
  message: templateText({ title: "Message", language: "markdown", description: "What it is asked. Used when nothing comes in by the input Prompt." }),
  examples: records(
    { input: z.string().max(20_000).default("").meta({ title: "Asked" }), output: z.string().max(20_000).default("").meta({ title: "Answered" }) },
    { title: "Examples", description: "How a good answer looks." },
  ),
  autonomy: autonomySchema.default("copilot").meta({
    title: "Autonomy",
    description:
      "Manual: a person lets each call through. Copilot: asks before what is not read-only. Autopilot: acts by itself. The stricter of agent and tool wins.",
  }),
  output: hint(
    z.record(z.string(), jsonSchema).optional(),
    { language: "json" },
    { title: "Structured answer", description: "JSON Schema of an object. The answer then comes out by the output Result, too." },
  ),
  memory: z.enum(["none", "run", "thread"]).default("none").meta({
    title: "Memory",
    description: "Run: what was said earlier in the same run. Thread: what was said under the same name, in all runs of the graph.",
  }),
  thread: expression(z.union([z.string(), z.number()]), {
    title: "Thread",
    placeholder: "{{ inputs.customer }}",
    description: `Whose conversation it is: up to ${MAX_THREAD_KEY} characters.`,
  }).prefault(""),
  memoryTokens: advanced(z.int().min(500).max(1_000_000).default(8_000), {
    title: "Memory in tokens",
    description: "A longer conversation is summed up by the model.",
  }),
  helpsWithFailure: z.boolean().default(false).meta({ title: "Helps with a failure", description: "Adds the input Failure: wire a node's failure to it." }),
  role: z.enum(["worker", "lead", "reviewer"]).default("worker").meta({ title: "In a crew", description: "What it does as a member of a crew." }),
  safety: z.enum(["off", "rules", "model"]).default("off").meta({
    title: "Safety check",
    description: "Scores each call against written principles before it is made: by rules, or by rules and the model.",
  }),
  reviewBelow: advanced(share.default(THRESHOLDS.reviewBelow), { title: "A person looks below" }),
  blockBelow: advanced(share.default(THRESHOLDS.blockBelow), { title: "Blocked below" }),
  hosts: advanced(z.array(z.string().max(253)).max(200).default([]), {
    title: "Approved hosts",
    description: "For the safety check. Any public one when empty.",
  }),
  askAfterUntrusted: z.boolean().default(true).meta({
    title: "Ask before writes once outside content was read",
    description: "What a tool brings in may hold instructions of others. A person then looks at each write, on autopilot, too.",
  }),
  rules: records(
    {
      tool: z.string().max(64).default("").meta({ title: "Tool", description: "Its name or label." }),
      rule: z.enum(["ask", "deny"]).default("ask").meta({ title: "Rule" }),
    },
    { title: "Rules for tools" },
  ),
  maxTurns: z.int().min(1).max(500).default(50).meta({ title: "Turns at most" }),
  maxToolCalls: advanced(z.int().min(1).max(10_000).optional(), { title: "Tool calls at most" }),
  maxTokens: advanced(z.int().min(100).optional(), { title: "Tokens at most", description: "Read and written, over all turns." }),
  maxDollars: advanced(z.number().min(0).optional(), { title: "Dollars at most" }),
  maxMinutes: advanced(z.number().min(0.1).optional(), { title: "Minutes at most", description: "At work; waiting for people does not count." }),
  onLimit: advanced(z.enum(["ask", "fail"]).default("ask"), { title: "When a limit is reached", description: "Ask: a person lets it go on, or stops it." }),
  temperature: advanced(z.number().min(0).max(2).optional(), { title: "Temperature" }),
  maxOutputTokens: advanced(z.int().min(1).max(1_000_000).optional(), { title: "Tokens of one answer at most" }),
  maxResultCharacters: advanced(z.int().min(500).max(1_000_000).default(40_000), {
    title: "Characters of a tool's result",
    description: "What the model is shown of it at most. The whole result is in the run of the call.",
  }),
});
export type AgentConfig = z.output<typeof agentConfig>;

/** The schema of the answer, where one is asked for. */
export function outputSchemaOf({ output }: Pick<AgentConfig, "output">): AgentConfig["output"] {
  return output && Object.keys(output).length > 0 ? output : undefined;
}
