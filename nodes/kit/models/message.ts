import { z } from "zod";
import { dataSchema } from "#runtime/graph/json.ts";
import { type FileValue, fileValueSchema } from "#runtime/node/port-value.ts";

const textPart = z.strictObject({ type: z.literal("text"), text: z.string() });

/** A picture: one that is stored, or its content. */
const imagePart = z.strictObject({
  type: z.literal("image"),
  image: z.union([fileValueSchema, z.strictObject({ mediaType: z.string(), /** base64 */ data: z.string() })]),
});

/** What the model says of its thinking. Sent back as it is: `opaque` is what the provider wants to see again (a signature, say). */
const reasoningPart = z.strictObject({ type: z.literal("reasoning"), text: z.string(), opaque: dataSchema.optional() });

/** `invalid` is there where the arguments are no JSON: what the model wrote instead; `arguments` is empty then. */
const toolCallPart = z.strictObject({
  type: z.literal("tool-call"),
  id: z.string(),
  name: z.string(),
  arguments: z.record(z.string(), dataSchema),
  invalid: z.string().optional(),
});

/** What a tool answered to the call of this id. */
const toolResultPart = z.strictObject({
  type: z.literal("tool-result"),
  id: z.string(),
  name: z.string(),
  content: z.array(z.discriminatedUnion("type", [textPart, imagePart])),
  isError: z.boolean().optional(),
});

/** Most pictures of one reply, and the most bytes one may have: what is beyond that is not taken. */
export const REPLY_IMAGES = { most: 8, bytes: 20 * 1024 * 1024 };

/** A picture of a reply has its content as it comes from the model; what is recorded of a turn names stored ones only. */
export const replyPartSchema = z.discriminatedUnion("type", [textPart, reasoningPart, imagePart, toolCallPart]);

/** A message of a conversation, the same for every provider. Plain JSON: conversations are kept and sent again. */
export const modelMessageSchema = z.discriminatedUnion("role", [
  z.strictObject({ role: z.literal("user"), content: z.array(z.discriminatedUnion("type", [textPart, imagePart])) }),
  z.strictObject({ role: z.literal("assistant"), content: z.array(replyPartSchema) }),
  z.strictObject({ role: z.literal("tool"), content: z.array(toolResultPart) }),
]);

export type ImagePart = z.infer<typeof imagePart>;
export type ReasoningPart = z.infer<typeof reasoningPart>;
export type ToolCallPart = z.infer<typeof toolCallPart>;
export type ToolResultPart = z.infer<typeof toolResultPart>;
export type ReplyPart = z.infer<typeof replyPartSchema>;
export type ModelMessage = z.infer<typeof modelMessageSchema>;

/** The text of a message or a reply, without its thinking and its calls. */
export function textOf(content: readonly { type: string; text?: string }[]): string {
  return content.map((part) => (part.type === "text" ? (part.text ?? "") : "")).join("");
}

/** The stored pictures that the assistant made, in their order, each once. */
export function picturesIn(messages: readonly ModelMessage[]): FileValue[] {
  const parts = messages.flatMap(({ role, content }) => (role === "assistant" ? content : []));
  const files = parts.flatMap((part) => (part.type === "image" && "$asset" in part.image ? [part.image] : []));
  return files.filter(({ $asset }, index) => files.findIndex((other) => other.$asset === $asset) === index);
}

/** The calls a reply asks for, in its order. */
export function toolCallsOf(content: readonly ReplyPart[]): ToolCallPart[] {
  return content.filter((part) => part.type === "tool-call");
}
