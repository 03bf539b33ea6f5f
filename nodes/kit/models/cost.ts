import type { Json } from "#runtime/graph/json.ts";
import { type Prices, priceSchema, type Rates } from "#runtime/node/prices.ts";
import type { ModelMessage } from "./message.ts";

export interface Usage {
  /** All that was read, from the cache too. */
  inputTokens: number;
  /** All that was written, thinking included. */
  outputTokens: number;
  /** How much of `inputTokens` came from the provider's cache. */
  cachedInputTokens?: number;
  /** How much of `inputTokens` was put into the provider's cache. */
  cacheWriteTokens?: number;
  /** The provider counted nothing: these are guesses. */
  isGuess?: boolean;
}

const PARTS = 10_000_000_000n;
const MILLION = 1_000_000n;

/** Dollars, exact to ten decimals and rounded up: counted in whole parts of 1e-10 dollars. Throws `Error` for a price that is none. */
export function costOf(usage: Usage, prices: Prices): number {
  const { inputTokens, outputTokens, cachedInputTokens = 0, cacheWriteTokens = 0 } = usage;
  const rates: Rates = prices.longPrompt && inputTokens > prices.longPrompt.above ? prices.longPrompt : prices;
  const cached = Math.min(cachedInputTokens, inputTokens);
  const written = Math.min(cacheWriteTokens, inputTokens - cached);
  const parts =
    tokens(inputTokens - cached - written) * partsOf(rates.input) +
    tokens(cached) * partsOf(rates.cachedInput ?? rates.input) +
    tokens(written) * partsOf(rates.cacheWrite ?? rates.input) +
    tokens(outputTokens) * partsOf(rates.output);
  return Number((parts + MILLION - 1n) / MILLION) / Number(PARTS);
}

/** What a turn costs at most: what is read is put into the cache where that costs more, and the model writes all it may. */
export function estimateCost({ inputTokens, maxOutputTokens, prices }: { inputTokens: number; maxOutputTokens: number; prices: Prices }): number {
  const usage = { inputTokens, outputTokens: maxOutputTokens };
  return Math.max(costOf(usage, prices), costOf({ ...usage, cacheWriteTokens: inputTokens }, prices));
}

/** Characters a token has at least on average, in the languages and the JSON that models are given. */
const CHARACTERS_PER_TOKEN = 3;
/** What a message, a tool or a picture adds at most, beside its text. */
const TOKENS = { message: 8, tool: 40, image: 1_600, turn: 400 };

/** A careful guess, rather too high, of what a provider will count as read. */
export function estimateTokens(given: {
  messages: readonly ModelMessage[];
  system?: string | undefined;
  tools?: readonly { name: string; description: string; input: Json }[] | undefined;
  output?: Json | undefined;
}): number {
  const { messages, system = "", tools = [], output } = given;
  const characters = [system, ...tools.map((tool) => JSON.stringify(tool)), output === undefined ? "" : JSON.stringify(output)];
  let extra = TOKENS.turn + tools.length * TOKENS.tool + messages.length * TOKENS.message;
  for (const message of messages) {
    for (const part of message.content) {
      for (const inner of part.type === "tool-result" ? part.content : [part]) {
        if (inner.type === "image") extra += TOKENS.image;
        else characters.push(inner.type === "text" ? inner.text : JSON.stringify(inner));
      }
    }
  }
  return extra + characters.reduce((sum, text) => sum + tokensOf(text), 0);
}

/** Signs outside of ASCII often are a token each. */
function tokensOf(text: string): number {
  let others = 0;
  for (const sign of text) if (sign > "\u007f") others += 1;
  return Math.ceil((text.length - others) / CHARACTERS_PER_TOKEN) + others;
}

function tokens(count: number): bigint {
  return BigInt(Math.max(0, Math.ceil(count)));
}

function partsOf(price: string): bigint {
  const [whole = "0", rest = ""] = priceSchema.parse(price).split(".");
  return BigInt(whole) * PARTS + BigInt(rest.padEnd(10, "0"));
}
