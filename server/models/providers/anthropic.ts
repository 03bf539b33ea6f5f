import { Anthropic } from "@anthropic-ai/sdk";
import type { Usage } from "#nodes/kit/models/cost.ts";
import type { ReplyPart } from "#nodes/kit/models/message.ts";
import type { ModelReply, ModelRequest } from "#nodes/kit/models/service.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import { providerUrl } from "../provider-url.ts";
import { type AnthropicOpaque, toMessagesRequest } from "./anthropic-messages.ts";
import type { Provider, ProviderCall, Turn } from "./provider.ts";
import { toToolCall } from "./tool-arguments.ts";

/** The Messages API, through Anthropic's SDK. */
export const anthropicProvider: Provider = {
  generate: async (turn) => {
    const { data: events, request_id: requestId } = await clientOf(turn).messages.create(toMessagesRequest(turn)).withResponse();
    const reply = await readEvents(events, turn);
    return requestId ? { ...reply, requestId } : reply;
  },
  list: async (call) => {
    const page = await clientOf(call).models.list({ limit: 1_000 });
    return page.data.map(({ id, display_name: title }) => ({ model: id, title }));
  },
};

/** Everything is given: nothing is read from the environment or from files of the machine's user. Nothing is repeated. */
function clientOf({ connection, fetch }: ProviderCall): Anthropic {
  return new Anthropic({
    apiKey: connection.apiKey ?? "none",
    authToken: null,
    webhookKey: null,
    credentials: null,
    config: null,
    profile: null,
    baseURL: providerUrl(connection.settings)?.href.replace(/\/$/, "") ?? null,
    fetch,
    maxRetries: 0,
    logLevel: "off",
    openTelemetry: false,
  });
}

type Events = AsyncIterable<Anthropic.RawMessageStreamEvent>;
type Heard = Pick<ModelRequest, "onText" | "onReasoning" | "onToolCall">;

interface OpenBlock {
  start: Anthropic.ContentBlock;
  text: string;
  signature: string;
}

async function readEvents(events: Events, { request, model }: Turn): Promise<ModelReply> {
  const open = new Map<number, OpenBlock>();
  const content: ReplyPart[] = [];
  let usage: Usage = { inputTokens: 0, outputTokens: 0 };
  let answered = model;
  let reason: Anthropic.StopReason | null = null;
  let isWhole = false;
  for await (const event of events) {
    switch (event.type) {
      case "message_start":
        answered = event.message.model;
        usage = toUsage(event.message.usage, usage);
        break;
      case "content_block_start":
        open.set(event.index, { start: event.content_block, text: "", signature: "" });
        break;
      case "content_block_delta":
        hear(open.get(event.index), event.delta, request);
        break;
      case "content_block_stop":
        content.push(...close(open.get(event.index), { model, request }));
        break;
      case "message_delta":
        reason = event.delta.stop_reason;
        usage = toUsage(event.usage, usage);
        break;
      case "message_stop":
        isWhole = true;
    }
  }
  if (!isWhole) throw new NodeError("network", "The answer broke off before it was complete.");
  return { content, stopReason: stopReasonOf(reason), usage, model: answered };
}

function hear(block: OpenBlock | undefined, delta: Anthropic.RawContentBlockDelta, { onText, onReasoning }: Heard): void {
  if (!block) return;
  switch (delta.type) {
    case "text_delta":
      block.text += delta.text;
      onText?.(delta.text);
      break;
    case "thinking_delta":
      block.text += delta.thinking;
      onReasoning?.(delta.thinking);
      break;
    case "signature_delta":
      block.signature += delta.signature;
      break;
    case "input_json_delta":
      block.text += delta.partial_json;
  }
}

/** Kinds of blocks that nobody asked for are passed over. */
function close(block: OpenBlock | undefined, { model, request }: { model: string; request: Heard }): ReplyPart[] {
  if (!block) return [];
  const { start, text, signature } = block;
  const opaque = (rest: { signature: string } | { redacted: string }): AnthropicOpaque => ({ provider: "anthropic", model, ...rest });
  switch (start.type) {
    case "text":
      return start.text + text === "" ? [] : [{ type: "text", text: start.text + text }];
    case "thinking":
      return [{ type: "reasoning", text: start.thinking + text, opaque: opaque({ signature: start.signature + signature }) }];
    case "redacted_thinking":
      return [{ type: "reasoning", text: "", opaque: opaque({ redacted: start.data }) }];
    case "tool_use": {
      const call = toToolCall(start.id, start.name, text);
      request.onToolCall?.(call);
      return [call];
    }
    default:
      return [];
  }
}

/** Counts are whole each time they are told; what came from the cache is told apart from the rest. */
function toUsage(told: Partial<Anthropic.Usage> | Anthropic.MessageDeltaUsage, before: Usage): Usage {
  const cached = told.cache_read_input_tokens ?? before.cachedInputTokens ?? 0;
  const written = told.cache_creation_input_tokens ?? before.cacheWriteTokens ?? 0;
  const fresh = told.input_tokens ?? before.inputTokens - (before.cachedInputTokens ?? 0) - (before.cacheWriteTokens ?? 0);
  return {
    inputTokens: fresh + cached + written,
    outputTokens: told.output_tokens ?? before.outputTokens,
    ...(cached > 0 && { cachedInputTokens: cached }),
    ...(written > 0 && { cacheWriteTokens: written }),
  };
}

function stopReasonOf(reason: Anthropic.StopReason | null): ModelReply["stopReason"] {
  switch (reason) {
    case "tool_use":
      return "tool-calls";
    case "max_tokens":
    case "model_context_window_exceeded":
      return "max-tokens";
    case "refusal":
      return "refusal";
    default:
      return "end";
  }
}
