import { expect, it } from "vitest";
import type { Prices } from "#runtime/node/prices.ts";
import { addDollars } from "#runtime/run/dollars.ts";
import { addUsage } from "../agents/model-turn.ts";
import { costOf, type Usage } from "./cost.ts";
import type { ModelDescription } from "./service.ts";

const CALLS = 10_000;
const PARTS = 10_000_000_000n;
/** Prices whose sums floating numbers get wrong. */
const PRICES: Prices[] = [
  { input: "0.1", output: "0.7" },
  { input: "3", output: "15", cachedInput: "0.3", cacheWrite: "3.75" },
  { input: "0.0333333333", output: "0.0000000001" },
  { input: "2.5", output: "10.01", longPrompt: { above: 5_000, input: "5", output: "15.03" } },
];

const usageOf = (call: number): Usage => ({
  inputTokens: (call * 7_919) % 20_011,
  outputTokens: (call * 104_729) % 4_001,
  cachedInputTokens: (call * 31) % 97,
  cacheWriteTokens: (call * 17) % 89,
});
const pricesOf = (call: number) => PRICES[call % PRICES.length] ?? { input: "1", output: "1" };

/** Of what is written down in decimals, in whole parts of 1e-10 dollars. */
function partsOf(text: string): bigint {
  const [whole = "0", rest = ""] = text.split(".");
  return BigInt(whole) * PARTS + BigInt(rest.padEnd(10, "0"));
}

/** By whole numbers alone: each call counted in parts of 1e-10 dollars, what is less than one rounded up. */
function exactParts({ inputTokens, outputTokens, cachedInputTokens = 0, cacheWriteTokens = 0 }: Usage, prices: Prices): bigint {
  const rates = prices.longPrompt && inputTokens > prices.longPrompt.above ? prices.longPrompt : prices;
  const cached = Math.min(cachedInputTokens, inputTokens);
  const written = Math.min(cacheWriteTokens, inputTokens - cached);
  const millionths =
    BigInt(inputTokens - cached - written) * partsOf(rates.input) +
    BigInt(cached) * partsOf(rates.cachedInput ?? rates.input) +
    BigInt(written) * partsOf(rates.cacheWrite ?? rates.input) +
    BigInt(outputTokens) * partsOf(rates.output);
  return millionths / 1_000_000n + (millionths % 1_000_000n === 0n ? 0n : 1n);
}

it("10,000 calls add up exactly, in whatever order", () => {
  let [exact, summed, backwards, floating] = [0n, 0, 0, 0];
  const costs: number[] = [];
  let used = { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0, dollars: 0 };
  for (let call = 0; call < CALLS; call++) {
    const [usage, prices] = [usageOf(call), pricesOf(call)];
    const cost = costOf(usage, prices);
    const parts = exactParts(usage, prices);
    expect(partsOf(cost.toFixed(10)), `call ${call}`).toBe(parts);
    exact += parts;
    floating += cost;
    summed = addDollars(summed, cost);
    used = addUsage(used, usage, { prices } as ModelDescription);
    costs.push(cost);
    // also where it is written down and read again in between
    if (call % 100 === 0) summed = Number(summed.toFixed(10));
  }
  for (const cost of costs.toReversed()) backwards = addDollars(backwards, cost);
  expect(partsOf(summed.toFixed(10))).toBe(exact);
  expect([used.dollars, backwards]).toEqual([summed, summed]);
  // which floating numbers would not do
  expect(floating).not.toBe(summed);
});

it("what is set aside for 10,000 calls and given back leaves nothing", () => {
  let reserved = 0;
  for (let call = 0; call < CALLS; call++) reserved = addDollars(reserved, costOf(usageOf(call), pricesOf(call)));
  for (let call = CALLS - 1; call >= 0; call--) reserved = addDollars(reserved, -costOf(usageOf(call), pricesOf(call)));
  expect(reserved).toBe(0);
});
