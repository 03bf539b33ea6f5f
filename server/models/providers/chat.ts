import { randomUUID } from "node:crypto";
import { OpenAI } from "openai";
import { estimateTokens, type Usage } from "#nodes/kit/models/cost.ts";
import type { ReplyPart, ToolCallPart } from "#nodes/kit/models/message.ts";
import type { ModelReply } from "#nodes/kit/models/service.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import { providerUrl } from "../provider-url.ts";
import { readImages, type SentImage } from "./chat-images.ts";
import { type ChatOpaque, toChatRequest } from "./chat-messages.ts";
import type { Provider, ProviderCall, Turn } from "./provider.ts";
import { toToolCall } from "./tool-arguments.ts";

/** The chat API of OpenAI and of every server that is compatible with it, through OpenAI's SDK. */
export const chatProvider: Provider = {
  generate: async (turn) => {
    const { data: chunks, request_id: requestId } = await clientOf(turn).chat.completions.create(toChatRequest(turn)).withResponse();
    const reply = await readChunks(chunks, turn);
    return requestId ? { ...reply, requestId } : reply;
  },
  embed: async ({ model, texts, ...call }) => {
    const answer = await clientOf(call).embeddings.create({ model, input: [...texts], encoding_format: "float" });
    // their order is the provider's to choose
    const vectors = [...answer.data].sort((a, b) => a.index - b.index).map(({ embedding }) => Float32Array.from(embedding));
    return { vectors, tokens: answer.usage?.prompt_tokens ?? 0 };
  },
  list: async (call) => {
    const page = await clientOf(call).models.list();
    return page.data.map(({ id }) => ({ model: id, title: id }));
  },
};

/** Everything is given: nothing is read from the environment. Nothing is repeated. */
function clientOf({ connection, fetch }: ProviderCall): OpenAI {
  return new OpenAI({
    apiKey: connection.apiKey ?? "none",
    adminAPIKey: null,
    organization: connection.settings.organisation ?? null,
    project: null,
    webhookSecret: null,
    baseURL: providerUrl(connection.settings)?.href.replace(/\/$/, "") ?? null,
    fetch,
    maxRetries: 0,
    logLevel: "off",
  });
}

interface OpenCall {
  id: string;
  name: string;
  text: string;
}

interface Heard {
  text: string;
  thinking: { field: ChatOpaque["field"]; text: string } | undefined;
  refusal: string;
  images: SentImage[];
  calls: Map<number, OpenCall>;
  finish: string | undefined;
  usage: OpenAI.CompletionUsage | undefined;
  model: string;
}

async function readChunks(chunks: AsyncIterable<OpenAI.ChatCompletionChunk>, turn: Turn): Promise<ModelReply> {
  const heard: Heard = { text: "", thinking: undefined, refusal: "", images: [], calls: new Map(), finish: undefined, usage: undefined, model: turn.model };
  for await (const chunk of chunks) {
    if (chunk.usage) heard.usage = chunk.usage;
    if (chunk.model) heard.model = chunk.model;
    const choice = chunk.choices?.[0];
    if (!choice) continue;
    hear(heard, choice.delta ?? {}, turn);
    if (choice.finish_reason) heard.finish = choice.finish_reason;
  }
  if (heard.finish === undefined) throw new NodeError("network", "The answer broke off before it was complete.");
  return toReply(heard, turn);
}

function hear(heard: Heard, delta: OpenAI.ChatCompletionChunk.Choice.Delta, { request }: Turn): void {
  if (delta.content) {
    heard.text += delta.content;
    request.onText?.(delta.content);
  }
  if (delta.refusal) heard.refusal += delta.refusal;
  readImages(delta, heard.images);
  for (const field of ["reasoning_content", "reasoning"] as const) {
    const text: unknown = (delta as Record<string, unknown>)[field];
    if (typeof text !== "string" || text === "") continue;
    heard.thinking = { field, text: (heard.thinking?.text ?? "") + text };
    request.onReasoning?.(text);
    break;
  }
  for (const { index = 0, id, function: called } of delta.tool_calls ?? []) {
    const call = heard.calls.get(index) ?? { id: "", name: "", text: "" };
    heard.calls.set(index, { id: id || call.id, name: call.name + (called?.name ?? ""), text: call.text + (called?.arguments ?? "") });
  }
}

function toReply(heard: Heard, turn: Turn): ModelReply {
  // some servers name no call: results have to be told apart all the same
  const calls = [...heard.calls].sort(([a], [b]) => a - b).map(([, { id, name, text }]): ToolCallPart => toToolCall(id || `call_${randomUUID()}`, name, text));
  for (const call of calls) turn.request.onToolCall?.(call);
  const said = heard.text + heard.refusal;
  const opaque: ChatOpaque | undefined = heard.thinking && { provider: "chat", field: heard.thinking.field };
  const content: ReplyPart[] = [
    ...(heard.thinking && opaque ? [{ type: "reasoning" as const, text: heard.thinking.text, opaque }] : []),
    ...(said === "" ? [] : [{ type: "text" as const, text: said }]),
    ...heard.images,
    ...calls,
  ];
  return { content, stopReason: stopReasonOf(heard, calls.length), usage: toUsage(heard, { turn, content }), model: heard.model };
}

function stopReasonOf({ finish, refusal }: Heard, calls: number): ModelReply["stopReason"] {
  if (finish === "content_filter" || refusal !== "") return "refusal";
  if (finish === "length") return "max-tokens";
  return calls > 0 ? "tool-calls" : "end";
}

/** A server that counts nothing leaves us to guess, so that a price is not taken for nothing. */
function toUsage({ usage }: Heard, { turn, content }: { turn: Turn; content: ReplyPart[] }): Usage {
  if (!usage) {
    const written = estimateTokens({ messages: [{ role: "assistant", content }] }) - estimateTokens({ messages: [{ role: "assistant", content: [] }] });
    return { inputTokens: estimateTokens(turn.request), outputTokens: written, isGuess: true };
  }
  const { cached_tokens: cached = 0, cache_write_tokens: written = 0 } = usage.prompt_tokens_details ?? {};
  return {
    inputTokens: usage.prompt_tokens,
    outputTokens: usage.completion_tokens,
    ...(cached > 0 && { cachedInputTokens: cached }),
    ...(written > 0 && { cacheWriteTokens: written }),
  };
}
