import { z } from "zod";
import { hashJson } from "#runtime/graph/hash.ts";
import type { Json } from "#runtime/graph/json.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import { fileValueSchema } from "#runtime/node/port-value.ts";
import { estimateTokens } from "../models/cost.ts";
import { type ImagePart, type ModelMessage, modelMessageSchema, textOf } from "../models/message.ts";
import { toText } from "../text/to-text.ts";

const portMessage = z.looseObject({ role: z.enum(["system", "user", "assistant", "tool"]), content: z.unknown() });

/** What comes in by a port of the type `messages`: messages of a model, or those that others write, with text as content. */
export function readMessages(value: unknown): { system: string; messages: ModelMessage[] } {
  const system: string[] = [];
  const messages: ModelMessage[] = [];
  for (const item of Array.isArray(value) ? value : []) {
    const own = modelMessageSchema.safeParse(item);
    if (own.success) {
      messages.push(own.data);
      continue;
    }
    const other = portMessage.safeParse(item);
    if (!other.success) throw new NodeError("validation", 'A message has a "role" (user or assistant) and a "content".', { happened: "no" });
    const text = contentText(other.data.content);
    if (other.data.role === "system") system.push(text);
    else if (text !== "") messages.push({ role: other.data.role === "assistant" ? "assistant" : "user", content: [{ type: "text", text }] });
  }
  return { system: system.join("\n\n"), messages };
}

function contentText(content: unknown): string {
  if (!Array.isArray(content)) return toText(content);
  const texts = content.map((part) => (typeof part === "object" && part !== null && "text" in part && typeof part.text === "string" ? part.text : undefined));
  return texts.includes(undefined) ? toText(content) : texts.join("");
}

/** A message of a person, with pictures. */
export function userMessage(text: string, images: readonly ImagePart[] = []): ModelMessage {
  return { role: "user", content: [...images, ...(text === "" ? [] : [{ type: "text" as const, text }])] };
}

/** Pictures that came in by a port. */
export function imageParts(value: unknown): ImagePart[] {
  return (Array.isArray(value) ? value.flat() : []).flatMap((item): ImagePart[] => {
    const file = fileValueSchema.safeParse(item);
    return file.success ? [{ type: "image", image: file.data }] : [];
  });
}

/** A message without what only the turn it came from can use: thinking, and pictures that are not stored. */
export function lasting(message: ModelMessage): ModelMessage | undefined {
  const content = (message.content as readonly Json[]).filter((part) => !isPassing(part));
  return content.length === 0 ? undefined : ({ ...message, content } as ModelMessage);
}

function isPassing(part: Json): boolean {
  if (typeof part !== "object" || part === null || Array.isArray(part)) return true;
  if (part.type === "image") return typeof part.image === "object" && part.image !== null && "data" in part.image;
  return part.type === "reasoning";
}

/** Messages as lines of text. */
export function transcript(messages: readonly ModelMessage[]): string {
  return messages
    .map(({ role, content }) => {
      if (role === "tool") return content.map((part) => `tool ${part.name}: ${textOf(part.content)}`).join("\n");
      const calls = content.flatMap((part) => (part.type === "tool-call" ? [`(calls ${part.name} with ${JSON.stringify(part.arguments)})`] : []));
      return `${role}: ${[textOf(content), ...calls].filter((text) => text !== "").join(" ")}`;
    })
    .join("\n");
}

/** A conversation that grows: its fingerprint and its size grow with it, instead of being computed anew for each turn. */
export class Conversation {
  readonly messages: ModelMessage[] = [];
  /** Stands for everything said so far. */
  digest = "";
  /** A careful guess of its tokens. */
  tokens = 0;

  add(...messages: readonly ModelMessage[]): void {
    if (messages.length === 0) return;
    this.messages.push(...messages);
    this.digest = hashJson([this.digest, messages]);
    this.tokens += estimateTokens({ messages });
  }
}
