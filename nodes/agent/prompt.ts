import { NodeError } from "#runtime/node/node-error.ts";
import { imageParts, readMessages, userMessage } from "../kit/agents/conversation.ts";
import { structuredInstruction } from "../kit/agents/structured.ts";
import { summaryInstruction } from "../kit/memory/recall.ts";
import type { ModelMessage } from "../kit/models/message.ts";
import { toText } from "../kit/text/to-text.ts";
import { type AgentConfig, outputSchemaOf } from "./config.ts";

/** Characters of a failure's documentation and details that the model is shown. */
const MAX_FAILURE = 20_000;

export interface Asked {
  /** Stands before the conversation. */
  system: string;
  /** What was said before, by input and by example. */
  examples: ModelMessage[];
  /** What comes in now. */
  messages: ModelMessage[];
}

/** What the agent is asked. Throws `NodeError("validation")` when nothing is. */
export function readAsked(config: AgentConfig, inputs: Record<string, unknown>): Asked {
  const given = readMessages(inputs.messages);
  const images = imageParts(inputs.images);
  const text = [toText(inputs.prompt ?? config.message), failureText(inputs.failed)].filter((part) => part.trim() !== "").join("\n\n");
  const messages = [...given.messages, ...(text !== "" || images.length > 0 ? [userMessage(text, images)] : [])];
  if (messages.length === 0)
    throw new NodeError("validation", "The agent is asked nothing. Write a message, or wire something to its input Prompt.", { happened: "no" });
  if (messages.at(-1)?.role === "assistant")
    throw new NodeError("validation", "The conversation ends with an answer. Give the agent something to go on with.", { happened: "no" });
  const examples = config.examples.flatMap(({ input, output }): ModelMessage[] =>
    input === "" || output === "" ? [] : [userMessage(input), { role: "assistant", content: [{ type: "text", text: output }] }],
  );
  return { system: [toText(config.instructions), given.system].filter((part) => part.trim() !== "").join("\n\n"), examples, messages };
}

/** Instructions of the author, and what the model has to know besides. */
export function systemText(asked: Asked, given: { config: AgentConfig; summary: string; writesSchema: boolean }): string {
  const schema = outputSchemaOf(given.config);
  return [asked.system, summaryInstruction(given.summary), schema && given.writesSchema ? structuredInstruction(schema) : ""]
    .filter((part) => part !== "")
    .join("\n\n");
}

/** A failure as the failure port of a node gives it, in words. What is quoted of it is data. */
function failureText(failure: unknown): string {
  if (typeof failure !== "object" || failure === null) return toText(failure);
  const { code, message, details, node, documentation, ...rest } = failure as Record<string, unknown>;
  const lines = [
    `A step of the graph has failed. Find out why, and help.`,
    ...(node === undefined ? [] : [`Step: ${toText(node)}`]),
    `Code: ${toText(code)}`,
    `Message: ${toText(message)}`,
    ...(details === undefined || details === null ? [] : [`Details: ${JSON.stringify(details)}`]),
    ...(documentation === undefined ? [] : [`How the step works: ${toText(documentation)}`]),
    ...(Object.keys(rest).length === 0 ? [] : [`Also: ${JSON.stringify(rest)}`]),
  ];
  return lines.join("\n").slice(0, MAX_FAILURE);
}
