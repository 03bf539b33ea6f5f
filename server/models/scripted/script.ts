import { z } from "zod";
import { type ModelMessage, textOf, toolCallsOf } from "#nodes/kit/models/message.ts";
import { dataSchema, type Json } from "#runtime/graph/json.ts";
import { exampleOf } from "./example-of.ts";

/** When a step answers: all that is said has to hold. */
const whenSchema = z.strictObject({
  /** Turns of the model since the beginning of the conversation, this one included. */
  turn: z.int().min(1).optional(),
  /** Whether a person or a tool spoke last. */
  after: z.enum(["user", "tool"]).optional(),
  /** One of these words is in what the user said last, whatever the case. */
  words: z.array(z.string().min(1)).optional(),
  /** Whether tools are offered; a name: whether this one is. */
  offered: z.union([z.boolean(), z.string()]).optional(),
});

/** In texts, `{user}`, `{tool}` and `{result}` stand for what the user said last, the tool that answered last, and what it answered. */
export const stepSchema = z.strictObject({
  when: whenSchema.default({}),
  reasoning: z.string().optional(),
  say: z.string().optional(),
  /** `*`: the first tool that is offered. Arguments left out are made up to fit the tool's schema. */
  call: z.array(z.strictObject({ tool: z.string(), arguments: z.record(z.string(), dataSchema).default({}) })).default([]),
  /** Pictures it answers with, in base64. */
  images: z.array(z.strictObject({ mediaType: z.string(), data: z.base64() })).default([]),
  stop: z.enum(["refusal", "max-tokens"]).optional(),
});
export type Step = z.infer<typeof stepSchema>;

/** The first step that fits answers. */
export const scriptSchema = z.strictObject({ title: z.string(), description: z.string(), steps: z.array(stepSchema).min(1) });
export type Script = z.infer<typeof scriptSchema>;

/** What a script may look at. */
export interface Conversation {
  messages: readonly ModelMessage[];
  tools: readonly { name: string; input: Json }[];
  output?: Json | undefined;
}

export interface ScriptedAnswer {
  reasoning: string;
  text: string;
  calls: { tool: string; arguments: Record<string, Json> }[];
  images: Step["images"];
  stop: "end" | "tool-calls" | "refusal" | "max-tokens";
}

/** Undefined when no step of the script fits. */
export function findStep<Each extends Step>(steps: readonly Each[], conversation: Conversation): Each | undefined {
  const user = lastUserText(conversation).toLowerCase();
  const turn = conversation.messages.filter(({ role }) => role === "assistant").length + 1;
  const last = conversation.messages.at(-1)?.role === "tool" ? "tool" : "user";
  const isOffered = (wanted: boolean | string) =>
    typeof wanted === "string" ? conversation.tools.some(({ name }) => name === wanted) : conversation.tools.length > 0 === wanted;
  return steps.find(({ when }) => {
    if (when.turn !== undefined && when.turn !== turn) return false;
    if (when.after !== undefined && when.after !== last) return false;
    if (when.words && !when.words.some((word) => user.includes(word.toLowerCase()))) return false;
    return when.offered === undefined || isOffered(when.offered);
  });
}

/** What a step says in a conversation. Calls of tools that are not offered are left out. */
export function playStep(step: Step, conversation: Conversation): ScriptedAnswer {
  const text = fill(step.say ?? "", conversation);
  const calls = step.call.flatMap((call) => {
    const tool = conversation.tools.find(({ name }) => call.tool === "*" || name === call.tool);
    if (!tool) return [];
    const made = exampleOf(tool.input, lastUserText(conversation)) as Record<string, Json>;
    const told = Object.entries(call.arguments).filter(([name]) => call.tool !== "*" || name in made);
    return [{ tool: tool.name, arguments: { ...made, ...(fillAll(Object.fromEntries(told), conversation) as Record<string, Json>) } }];
  });
  const isAnswer = calls.length === 0 && step.stop === undefined && conversation.output !== undefined;
  return {
    reasoning: fill(step.reasoning ?? "", conversation),
    text: isAnswer ? JSON.stringify(exampleOf(conversation.output ?? {}, text)) : text,
    calls,
    images: step.images,
    stop: step.stop ?? (calls.length > 0 ? "tool-calls" : "end"),
  };
}

function fillAll(value: Json, conversation: Conversation): Json {
  if (typeof value === "string") return fill(value, conversation);
  if (Array.isArray(value)) return value.map((each) => fillAll(each, conversation));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, fillAll(each, conversation)]));
}

function fill(text: string, conversation: Conversation): string {
  const known: Record<string, () => string> = {
    user: () => lastUserText(conversation),
    tool: () => answeredCall(conversation)?.name ?? "",
    result: () => textOf(answeredCall(conversation)?.content ?? []),
  };
  return text.replace(/\{(user|tool|result)\}/g, (_whole, name: string) => known[name]?.() ?? "");
}

export function lastUserText({ messages }: Pick<Conversation, "messages">): string {
  const found = messages.findLast(({ role }) => role === "user");
  return found ? textOf(found.content) : "";
}

function answeredCall({ messages }: Conversation) {
  const found = messages.findLast((message) => message.role === "tool")?.content.at(-1);
  if (!found) return undefined;
  const calls = messages.flatMap((message) => (message.role === "assistant" ? toolCallsOf(message.content) : []));
  return { ...found, name: found.name || (calls.find(({ id }) => id === found.id)?.name ?? "") };
}
