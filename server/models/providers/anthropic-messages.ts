import type { Anthropic } from "@anthropic-ai/sdk";
import { transformJSONSchema } from "@anthropic-ai/sdk/lib/transform-json-schema";
import { z } from "zod";
import type { ImagePart, ModelMessage, ReasoningPart } from "#nodes/kit/models/message.ts";
import type { ModelRequest } from "#nodes/kit/models/service.ts";
import { withOwnPictures } from "./own-pictures.ts";
import { outputLimit, type Turn } from "./provider.ts";

type Block = Anthropic.ContentBlockParam;

/** Thinking is signed, and belongs to the model it came from. */
const opaqueSchema = z.union([
  z.strictObject({ provider: z.literal("anthropic"), model: z.string(), signature: z.string() }),
  z.strictObject({ provider: z.literal("anthropic"), model: z.string(), redacted: z.string() }),
]);
export type AnthropicOpaque = z.infer<typeof opaqueSchema>;

/** A turn in the words of the Messages API. It takes no temperature (API version 2026-10-21). */
export function toMessagesRequest(turn: Turn): Anthropic.MessageCreateParamsStreaming {
  const { request, model, known } = turn;
  const { tools = [], toolChoice = "auto", output } = request;
  const forced = toolChoice === "required" || typeof toolChoice === "object" ? toolChoice : undefined;
  // a model that thinks cannot be forced to call a tool: it is told in words
  const isTold = forced !== undefined && known?.isThinking === true;
  const system = [request.system, isTold ? orderOf(forced) : undefined].filter((text) => text !== undefined && text !== "").join("\n\n");
  return {
    model,
    stream: true,
    max_tokens: outputLimit(turn),
    messages: withOwnPictures(request.messages, known?.abilities.images !== false).flatMap((message) => toMessage(message, model)),
    ...(system !== "" && { system }),
    ...(known?.isThinking && { thinking: { type: "adaptive", display: "summarized" } }),
    ...(tools.length > 0 && {
      tools: tools.map(({ name, description, input }) => ({ name, description, input_schema: { type: "object", ...input } as Anthropic.Tool.InputSchema })),
      tool_choice: isTold ? { type: "auto" } : choiceOf(toolChoice),
    }),
    ...(output && { output_config: { format: { type: "json_schema", schema: transformJSONSchema(output as never) } } }),
  };
}

function orderOf(choice: "required" | { name: string }): string {
  return choice === "required" ? "Answer this turn by calling one of the tools." : `Answer this turn by calling the tool ${choice.name}.`;
}

function choiceOf(choice: NonNullable<ModelRequest["toolChoice"]>): Anthropic.ToolChoice {
  if (typeof choice === "object") return { type: "tool", name: choice.name };
  return choice === "required" ? { type: "any" } : { type: choice };
}

/** A message without anything in it is left out: the API takes none. */
function toMessage(message: ModelMessage, model: string): Anthropic.MessageParam[] {
  const content = blocksOf(message, model);
  if (content.length === 0) return [];
  return message.role === "assistant" ? [{ role: "assistant", content }] : [{ role: "user", content }];
}

function blocksOf(message: ModelMessage, model: string): Block[] {
  switch (message.role) {
    case "user":
      return message.content.flatMap(toBlock);
    case "tool":
      return message.content.map(({ id, content, isError }) => ({
        type: "tool_result",
        tool_use_id: id,
        content: content.flatMap(toBlock),
        ...(isError && { is_error: true }),
      }));
    case "assistant":
      return message.content.flatMap((part): Block[] => {
        if (part.type === "text") return toBlock(part);
        if (part.type === "reasoning") return toThinking(part, model);
        if (part.type === "image") return [];
        return [{ type: "tool_use", id: part.id, name: part.name, input: part.arguments }];
      });
  }
}

function toThinking({ text, opaque }: ReasoningPart, model: string): Block[] {
  const parsed = opaqueSchema.safeParse(opaque);
  if (!parsed.success || parsed.data.model !== model) return [];
  if ("redacted" in parsed.data) return [{ type: "redacted_thinking", data: parsed.data.redacted }];
  return [{ type: "thinking", thinking: text, signature: parsed.data.signature }];
}

function toBlock(part: { type: "text"; text: string } | ImagePart): (Anthropic.TextBlockParam | Anthropic.ImageBlockParam)[] {
  if (part.type === "text") return part.text.trim() === "" ? [] : [{ type: "text", text: part.text }];
  if (!("data" in part.image)) return [];
  const { mediaType, data } = part.image;
  return [{ type: "image", source: { type: "base64", media_type: mediaType as Anthropic.Base64ImageSource["media_type"], data } }];
}
