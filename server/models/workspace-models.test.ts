import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { costOf } from "#nodes/kit/models/cost.ts";
import type { ModelFacts } from "../contract/models.ts";
import { modelEntrySchema } from "../contract/models.ts";
import type { Database } from "../store/database/open-database.ts";
import { createTestDatabase, truncateAll } from "../store/database/test-database.ts";
import { createModelStore } from "../store/models.ts";
import { createWorkspaceModels, type WorkspaceModels } from "./workspace-models.ts";

const facts: ModelFacts = {
  ...{ title: "Llama", contextTokens: 131_072, maxOutputTokens: null },
  abilities: { images: false, tools: true, structured: true, temperature: true },
  prices: { input: "0", output: "0" },
};
const [a, b] = ["workspace_a", "workspace_b"];

let database: Database;
let models: WorkspaceModels;
beforeAll(async () => {
  database = await createTestDatabase();
  models = createWorkspaceModels(createModelStore(database));
});
afterAll(() => database.close());
afterEach(() => truncateAll(database));

it("what ships is whole: every model has a price that costs can be counted with, and the day it was read", async () => {
  const entries = await models.list({ workspace: a });
  expect(entries.length).toBeGreaterThan(30);
  for (const entry of entries) {
    expect(modelEntrySchema.parse(entry)).toEqual(entry);
    expect(entry.origin).toBe("shipped");
    const usage = { inputTokens: 10, outputTokens: 10 };
    expect(entry.prices && costOf(usage, entry.prices) > 0).toBe(entry.provider !== "scripted");
  }
  expect(new Set(entries.map(({ provider, model }) => `${provider}/${model}`)).size).toBe(entries.length);
});

it("a workspace puts its own price in place of one, and takes it back", async () => {
  const name = { workspace: a, provider: "openai" as const, model: "gpt-6-sol" };
  const set = await models.set({ ...name, facts: { ...facts, title: "Sol", prices: { input: "1.5", output: "8" } }, actor: "user_a" });
  expect(set).toMatchObject({ origin: "changed", title: "Sol", prices: { input: "1.5", output: "8" }, asOf: new Date().toISOString().slice(0, 10) });
  expect(await models.find(name)).toMatchObject({ prices: { input: "1.5" } });
  expect(await models.find({ ...name, workspace: b })).toMatchObject({ prices: { input: "2" } });
  await models.set({ ...name, facts: { ...facts, prices: null }, actor: "user_a" });
  expect(await models.find(name)).toMatchObject({ prices: null });
  await models.reset(name);
  expect(await models.find(name)).toMatchObject({ title: "GPT-6 Sol", prices: { input: "2" } });
  await expect(models.reset(name)).rejects.toMatchObject({ code: "not-found" });
});

it("a workspace describes models that nobody else knows", async () => {
  const name = { workspace: a, provider: "compatible" as const, model: "meta/llama-3.3:70b" };
  expect(await models.find(name)).toBeUndefined();
  expect(await models.set({ ...name, facts, actor: "user_a" })).toMatchObject({ origin: "added", model: name.model });
  expect(await models.list({ workspace: a, search: "LLAMA" })).toMatchObject([{ model: name.model }]);
  expect(await models.list({ workspace: b, search: "llama" })).toEqual([]);
  expect(await models.list({ workspace: a, provider: "compatible" })).toHaveLength(1);
  expect(await models.entries({ workspace: a, provider: "compatible", models: ["other", name.model] })).toMatchObject([undefined, { title: "Llama" }]);
  await models.reset(name);
  expect(await models.find(name)).toBeUndefined();
});

it("a version named by its day is the model it is a version of", async () => {
  expect(await models.find({ workspace: a, provider: "anthropic", model: "claude-haiku-4-5-20251001" })).toMatchObject({ title: "Claude Haiku 4.5" });
  expect(await models.find({ workspace: a, provider: "openai", model: "gpt-4o-2024-08-06" })).toMatchObject({ title: "GPT-4o" });
  expect(await models.find({ workspace: a, provider: "openai", model: "gpt-4o-search-preview" })).toBeUndefined();
});

it("scripts are models that cost nothing, and stay so", async () => {
  expect(await models.find({ workspace: a, provider: "scripted", model: "helper" })).toMatchObject({ prices: { input: "0", output: "0" } });
  await expect(models.set({ workspace: a, provider: "scripted", model: "helper", facts, actor: "user_a" })).rejects.toMatchObject({ code: "unprocessable" });
});
