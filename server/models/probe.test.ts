import { afterEach, beforeEach, expect, it } from "vitest";
import type { ConnectionId } from "#runtime/graph/ids.ts";
import type { ModelSettings } from "../contract/model-settings.ts";
import { createModelProbe } from "./probe.ts";
import { type FakeProvider, startFakeProvider } from "./testing/fake-provider.ts";
import { openClients } from "./testing/open-clients.ts";

const KEY = "sk-test-canary-4711";
let fake: FakeProvider;
beforeEach(async () => {
  fake = await startFakeProvider({ key: KEY, models: ["answers", "answers-2026-01-01", "calls-tools"] });
});
afterEach(() => fake.close());

async function test(changed: Partial<ModelSettings>, allowed = [fake.port]) {
  const { clients, close } = openClients({ settings: { provider: "compatible", baseUrl: fake.chatUrl, apiKey: KEY, ...changed }, allowed });
  try {
    return await createModelProbe(clients).test("conn_a" as ConnectionId);
  } finally {
    await close();
  }
}

it("a provider that answers says how many models it has", async () => {
  expect(await test({ defaultModel: "answers" })).toMatchObject({ ok: true, models: 3, detail: "Answered with 3 models." });
  expect(await test({ provider: "anthropic", baseUrl: fake.anthropicUrl })).toMatchObject({ ok: true, models: 3 });
});

it("a default model that it does not have is told, with some that it has", async () => {
  const answer = await test({ defaultModel: "nothing" });
  expect(answer).toMatchObject({ ok: false, error: { message: expect.stringContaining('"nothing"'), advice: expect.stringContaining("calls-tools") } });
});

it("a wrong key, a closed door and a guarded address each come with what to do, without the key", async () => {
  const wrong = await test({ apiKey: `${KEY}x` });
  expect(wrong).toMatchObject({ ok: false, error: { message: expect.stringContaining("did not accept its key"), advice: expect.stringContaining("new key") } });
  const blocked = await test({}, []);
  expect(blocked.error).toEqual({
    message: "127.0.0.1 is an address of this machine.",
    advice: expect.stringContaining(`HEDDLE_EGRESS_ALLOW=127.0.0.1:${fake.port}`),
  });
  const elsewhere = await test({ baseUrl: `http://127.0.0.1:${fake.port}/nothing` });
  expect(elsewhere.error).toMatchObject({ advice: expect.stringContaining("/v1") });
  await fake.close();
  const gone = await test({});
  expect(gone.error).toMatchObject({ message: expect.stringContaining("refused the connection"), advice: expect.stringContaining("base URL") });
  expect(JSON.stringify([wrong, blocked, elsewhere, gone])).not.toContain("canary");
});

it("a provider that does not say what it has is asked for a word of its default model", async () => {
  await fake.close();
  fake = await startFakeProvider({ key: KEY, models: null });
  expect(await test({ defaultModel: "answers" })).toMatchObject({ ok: true, detail: expect.stringContaining("default model answers") });
  expect(fake.requests.at(-1)?.body).toMatchObject({ model: "answers", max_tokens: 16 });
  expect(await test({ defaultModel: "nothing" })).toMatchObject({ ok: false });
  expect(await test({})).toMatchObject({ ok: false, error: { advice: expect.stringContaining("/v1") } });
});

it("a scripted one says that it is a demonstration", async () => {
  const { clients, close } = openClients({ settings: { provider: "scripted" }, allowed: [] });
  expect(await createModelProbe(clients).test("conn_a" as ConnectionId)).toMatchObject({ ok: true, detail: expect.stringContaining("no model is asked") });
  await close();
});
