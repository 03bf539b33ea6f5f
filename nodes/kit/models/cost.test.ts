import { describe, expect, it } from "vitest";
import { pricesSchema } from "#runtime/node/prices.ts";
import { costOf, estimateCost, estimateTokens } from "./cost.ts";

const prices = { input: "3", output: "15", cachedInput: "0.3", cacheWrite: "3.75" };

describe("what a turn costs", () => {
  it("is exact where floating numbers are not", () => {
    expect(costOf({ inputTokens: 1, outputTokens: 0 }, { input: "0.1", output: "0" })).toBe(0.0000001);
    expect(costOf({ inputTokens: 3, outputTokens: 0 }, { input: "0.1", output: "0" })).toBe(0.0000003);
    expect(costOf({ inputTokens: 1_234_567, outputTokens: 89_012 }, prices)).toBe(5.038881);
  });

  it("counts a part of the smallest unit as a whole one", () => {
    expect(costOf({ inputTokens: 1, outputTokens: 0 }, { input: "0.0000000001", output: "0" })).toBe(1e-10);
    expect(costOf({ inputTokens: 0, outputTokens: 0 }, prices)).toBe(0);
  });

  it("takes what came from the cache and what went into it at their own prices", () => {
    const usage = { inputTokens: 1_000_000, outputTokens: 0, cachedInputTokens: 400_000, cacheWriteTokens: 100_000 };
    expect(costOf(usage, prices)).toBe(1.5 + 0.12 + 0.375);
    expect(costOf(usage, { input: "3", output: "15" })).toBe(3);
    expect(costOf({ ...usage, cachedInputTokens: 5_000_000 }, prices)).toBe(0.3);
  });

  it("is that of long prompts for the whole turn once it reads more", () => {
    const long = { ...prices, longPrompt: { above: 1_000, input: "6", output: "30" } };
    expect(costOf({ inputTokens: 1_000, outputTokens: 100 }, long)).toBe(0.0045);
    expect(costOf({ inputTokens: 1_001, outputTokens: 100 }, long)).toBe(0.009006);
  });

  it("is estimated at most", () => {
    expect(estimateCost({ inputTokens: 1_000, maxOutputTokens: 100, prices })).toBe(0.00525);
    expect(estimateCost({ inputTokens: 1_000, maxOutputTokens: 100, prices: { input: "3", output: "15" } })).toBe(0.0045);
  });

  it.each(["", "-1", "1e3", "1.23456789012", ".5", "1,5", "1234567"])("takes no price written %j", (price) => {
    expect(pricesSchema.safeParse({ input: price, output: "1" }).success).toBe(false);
  });
});

describe("how many tokens a turn reads", () => {
  const user = (text: string) => ({ role: "user" as const, content: [{ type: "text" as const, text }] });

  it("is guessed rather too high, from all that is sent", () => {
    const plain = estimateTokens({ messages: [user("word ".repeat(300))] });
    expect(plain).toBeGreaterThan(375);
    expect(plain).toBeLessThan(1_200);
    const tool = { name: "read", description: "Reads a file.", input: { type: "object", properties: { path: { type: "string" } } } };
    expect(estimateTokens({ messages: [user("word ".repeat(300))], system: "Be brief. ".repeat(50), tools: [tool] })).toBeGreaterThan(plain + 150);
  });

  it("counts signs of other scripts each, and pictures in results", () => {
    expect(estimateTokens({ messages: [user("機".repeat(1_000))] })).toBeGreaterThan(1_000);
    const picture = { type: "image" as const, image: { mediaType: "image/png", data: "aGk=".repeat(10_000) } };
    const result = { type: "tool-result" as const, id: "1", name: "see", content: [picture] };
    const [none, one] = [[], [{ role: "tool" as const, content: [result] }]].map((messages) => estimateTokens({ messages }));
    expect((one ?? 0) - (none ?? 0)).toBeGreaterThan(1_500);
    expect((one ?? 0) - (none ?? 0)).toBeLessThan(3_000);
  });
});
