import type { OpenAI } from "openai";
import { z } from "zod";
import type { ImagePart, ModelMessage, ReasoningPart, ToolCallPart, ToolResultPart } from "#nodes/kit/models/message.ts";
import { textOf } from "#nodes/kit/models/message.ts";
import type { ModelRequest } from "#nodes/kit/models/service.ts";
import type { Json } from "#runtime/graph/json.ts";
import { withOwnPictures } from "./own-pictures.ts";
import { outputLimit, type Turn } from "./provider.ts";

type Message = OpenAI.ChatCompletionMessageParam;
type Part = OpenAI.ChatCompletionContentPart;

/** Servers that show thinking in a field of their own want to see it again while tools are called. */
const opaqueSchema = z.strictObject({ provider: z.literal("chat"), field: z.enum(["reasoning_content", "reasoning"]) });
export type ChatOpaque = z.infer<typeof opaqueSchema>;

/** A turn in the words of the chat API. Compatible servers know the older name of the limit only. */
export function toChatRequest(turn: Turn): OpenAI.ChatCompletionCreateParamsStreaming {
  const { request, model, known, connection } = turn;
  const { tools = [], toolChoice = "auto", output, temperature, system } = request;
  const limit = outputLimit(turn);
  const instructions: Message[] = system === undefined || system === "" ? [] : [{ role: "system", content: system }];
  return {
    model,
    stream: true,
    stream_options: { include_usage: true },
    messages: [...instructions, ...withOwnPictures(request.messages, known?.abilities.images !== false).flatMap(toMessages)],
    // what no compatible server knows of by itself: only where somebody said that the model does it
    ...(known?.abilities.makesImages && { modalities: ["image", "text"] as never }),
    ...(connection.settings.provider === "openai" ? { max_completion_tokens: limit } : { max_tokens: limit }),
    ...(temperature !== undefined && known?.abilities.temperature !== false && { temperature }),
    ...(tools.length > 0 && {
      tools: tools.map(({ name, description, input }) => ({
        type: "function" as const,
        function: { name, description, parameters: { type: "object", ...input } },
      })),
      tool_choice: choiceOf(toolChoice),
    }),
    ...(output && { response_format: { type: "json_schema", json_schema: { name: "answer", schema: output, strict: isStrict(output) } } }),
  };
}

function choiceOf(choice: NonNullable<ModelRequest["toolChoice"]>): OpenAI.ChatCompletionToolChoiceOption {
  return typeof choice === "object" ? { type: "function", function: { name: choice.name } } : choice;
}

function toMessages(message: ModelMessage): Message[] {
  switch (message.role) {
    case "user": {
      const content = message.content.flatMap(toPart);
      return content.length === 0 ? [] : [{ role: "user", content }];
    }
    case "assistant":
      return toAssistant(message.content);
    case "tool":
      return [...message.content.map(toToolMessage), ...picturesOf(message.content)];
  }
}

function toAssistant(content: Extract<ModelMessage, { role: "assistant" }>["content"]): Message[] {
  const text = textOf(content);
  const calls = content.filter((part): part is ToolCallPart => part.type === "tool-call");
  if (text === "" && calls.length === 0) return [];
  return [
    {
      role: "assistant",
      ...(text !== "" && { content: text }),
      ...thinkingOf(content.filter((part): part is ReasoningPart => part.type === "reasoning")),
      ...(calls.length > 0 && {
        tool_calls: calls.map((call) => ({
          id: call.id,
          type: "function" as const,
          function: { name: call.name, arguments: JSON.stringify(call.arguments) },
        })),
      }),
    },
  ];
}

function thinkingOf(parts: readonly ReasoningPart[]): Record<string, string> {
  const known = parts.flatMap(({ text, opaque }) => {
    const parsed = opaqueSchema.safeParse(opaque);
    return parsed.success ? [{ field: parsed.data.field, text }] : [];
  });
  const field = known[0]?.field;
  return field === undefined ? {} : { [field]: known.map(({ text }) => text).join("") };
}

/** The API has no word for a failed call. */
function toToolMessage({ id, content, isError }: ToolResultPart): Message {
  const text = textOf(content);
  return { role: "tool", tool_call_id: id, content: isError ? `The call failed: ${text}` : text };
}

/** What tools answer is text; pictures follow as if somebody showed them. */
function picturesOf(results: readonly ToolResultPart[]): Message[] {
  const shown = results.flatMap(({ name, content }) => {
    const pictures = content.filter((part) => part.type === "image").flatMap(toPart);
    return pictures.length === 0 ? [] : [{ type: "text" as const, text: `Shown by the tool ${name}:` }, ...pictures];
  });
  return shown.length === 0 ? [] : [{ role: "user", content: shown }];
}

function toPart(part: { type: "text"; text: string } | ImagePart): Part[] {
  if (part.type === "text") return part.text === "" ? [] : [{ type: "text", text: part.text }];
  if (!("data" in part.image)) return [];
  return [{ type: "image_url", image_url: { url: `data:${part.image.mediaType};base64,${part.image.data}` } }];
}

/** A schema is held to strictly only where every object names all its properties as required, and no others. */
export function isStrict(schema: Json): boolean {
  if (Array.isArray(schema)) return schema.every(isStrict);
  if (typeof schema !== "object" || schema === null) return true;
  const { type, properties, required, additionalProperties } = schema;
  if (type === "object" || properties !== undefined) {
    const names = Object.keys((properties ?? {}) as object);
    const listed = Array.isArray(required) ? required : [];
    if (additionalProperties !== false || names.some((name) => !listed.includes(name))) return false;
  }
  return Object.values(schema).every(isStrict);
}
