import { describe, expect, it } from "vitest";
import { STORED_SECRET } from "#server/contract/mcp-settings.ts";
import { modelSettingsSchema } from "#server/contract/model-settings.ts";
import { priceWords, sizeWords, toModelDraft, toModelSettings } from "./model-words.ts";

const draft = { provider: "openai", baseUrl: " ", apiKey: " sk-1 ", organisation: "org", defaultModel: "gpt-6-sol " } as const;

describe("settings of a model provider as they are typed", () => {
  it("leave out what was left empty, and what the provider does not take", () => {
    expect(toModelSettings(draft, undefined)).toEqual({ provider: "openai", apiKey: "sk-1", organisation: "org", defaultModel: "gpt-6-sol" });
    expect(toModelSettings({ ...draft, provider: "anthropic" }, undefined)).toEqual({ provider: "anthropic", apiKey: "sk-1", defaultModel: "gpt-6-sol" });
    expect(toModelSettings({ ...draft, provider: "scripted" }, undefined)).toEqual({ provider: "scripted", defaultModel: "gpt-6-sol" });
    for (const provider of ["openai", "anthropic", "scripted"] as const)
      expect(modelSettingsSchema.safeParse(toModelSettings({ ...draft, provider }, undefined)).success).toBe(true);
  });

  it("keep the stored key until another one is typed, but not for another provider", () => {
    const before = { provider: "openai", apiKey: STORED_SECRET } as const;
    expect(toModelDraft(before).apiKey).toBe("");
    expect(toModelSettings({ ...draft, apiKey: "" }, before).apiKey).toBe(STORED_SECRET);
    expect(toModelSettings(draft, before).apiKey).toBe("sk-1");
    expect(toModelSettings({ ...draft, provider: "anthropic", apiKey: "" }, before)).not.toHaveProperty("apiKey");
  });
});

it("sizes and prices are told in words", () => {
  expect([null, 800, 64_000, 1_050_000].map(sizeWords)).toEqual(["not known", "800", "64 k", "1.05 M"]);
  expect(priceWords({ prices: { input: "0.1", output: "5" } })).toBe("$0.1 in · $5 out");
  expect(priceWords({ prices: null })).toBe("not known");
});
