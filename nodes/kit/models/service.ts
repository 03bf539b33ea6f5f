import type { Json } from "#runtime/graph/json.ts";
import type { Prices } from "#runtime/node/prices.ts";
import { defineService } from "#runtime/node/service.ts";
import type { Usage } from "./cost.ts";
import type { ModelMessage, ReplyPart, ToolCallPart } from "./message.ts";

/** Milliseconds without a single byte after which a model counts as stalled. */
export const SILENCE_MS = 30_000;

/** Which model: of a connection of the workspace; without a model, the one the connection uses when nothing is said. */
export interface ModelReference {
  connection: string;
  model?: string | undefined;
}

export interface ModelTool {
  /** Letters, digits, `_` and `-`, at most 64: what every provider takes. */
  name: string;
  description: string;
  /** JSON Schema of an object: the arguments. */
  input: Record<string, Json>;
}

export interface ModelRequest extends ModelReference {
  messages: readonly ModelMessage[];
  /** Instructions that stand before the conversation. */
  system?: string | undefined;
  tools?: readonly ModelTool[] | undefined;
  /** `auto` when left out: the model decides. A name forces the call of that tool; some models refuse to be forced. */
  toolChoice?: "auto" | "none" | "required" | { name: string } | undefined;
  /** JSON Schema of an object that the text of the answer has to be the JSON of. */
  output?: Record<string, Json> | undefined;
  /** What the model may write in this turn; when left out, what the catalogue says it can, at most 16,000. */
  maxOutputTokens?: number | undefined;
  /** Left out where the provider takes none. */
  temperature?: number | undefined;
  signal: AbortSignal;
  /** Milliseconds for the whole turn. */
  timeoutMs: number;
  /** Milliseconds without a byte; `SILENCE_MS` when left out. */
  silenceMs?: number | undefined;
  onText?: ((delta: string) => void) | undefined;
  onReasoning?: ((delta: string) => void) | undefined;
  /** As soon as a call is complete, before the turn is. */
  onToolCall?: ((call: ToolCallPart) => void) | undefined;
}

/** Plain JSON: a step may record it, once its pictures are stored (`keepReply`). */
export interface ModelReply {
  /** To be sent back as the content of the assistant's message. */
  content: ReplyPart[];
  /** `refusal`: the model or its provider declined to go on. `tool-calls`: it waits for their results. */
  stopReason: "end" | "tool-calls" | "max-tokens" | "refusal";
  usage: Usage;
  /** As the provider names what answered; it may be more exact than what was asked for. */
  model: string;
  /** By which the provider finds the call. */
  requestId?: string;
}

export interface ModelDescription {
  provider: "anthropic" | "openai" | "compatible" | "scripted";
  /** Title of the connection. */
  connection: string;
  /** As it is asked for: the connection's default where none was named. */
  model: string;
  title: string;
  /** Tokens of the whole conversation and the answer; absent when not known. */
  contextTokens?: number;
  /** Tokens the model can write in one turn; absent when not known. */
  maxOutputTokens?: number;
  /** What it takes and does. Of a model that is not in the catalogue everything is tried. */
  abilities: {
    images: boolean;
    tools: boolean;
    structured: boolean;
    temperature: boolean /** Absent: nobody said that it answers with pictures. */;
    makesImages?: boolean | undefined;
  };
  /** Absent when nobody entered a price. */
  prices?: Prices;
  /** Whether the prices are known, so that costs can be told. */
  known: boolean;
  /** A demonstration that answers from a script: no model is asked. */
  isDemo: boolean;
}

/**
 * The models of the workspace's connections. Throws `NodeError`: `not-found` (no such connection or model), `validation` (the request does
 * not fit), `auth` (401, 403), `policy` (address not allowed), `limit` (more than the model can read), `http-status` (any other status:
 * `details.status`, `retryAfterMs` where the provider named it), `timeout` (the turn took too long, or was silent for `silenceMs`), `network`,
 * `cancelled`. Nothing is repeated here.
 */
export interface ModelClient {
  generate(request: ModelRequest): Promise<ModelReply>;
  describe(model: ModelReference): Promise<ModelDescription>;
}

export const modelClient = defineService<ModelClient>("model-client");
