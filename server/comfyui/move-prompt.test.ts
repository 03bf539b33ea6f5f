import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, it } from "vitest";
import { CONNECTION, type ComfyScene, createComfyScene, gate, NEVER } from "./testing/comfy-scene.ts";
import type { FakeComfy } from "./testing/fake-comfyui.ts";
import { textToImage } from "./testing/prompts.ts";

let scene: ComfyScene;
let fake: FakeComfy;

/** `p1` runs; `p2` and `p3` wait. */
beforeEach(async () => {
  scene = createComfyScene();
  fake = await scene.start();
  gate(fake, "KSampler");
  for (const [seed, id] of ["p1", "p2", "p3"].entries()) await scene.submit(id, { prompt: textToImage({ seed }) });
  fake.requests.length = 0;
});
afterEach(() => scene.end());

const move = (promptId: string, before?: string, signal = NEVER) => scene.client().move({ connection: CONNECTION, promptId, before, signal });
const waiting = async () =>
  (await scene.client().queue({ connection: CONNECTION, signal: NEVER })).filter(({ state }) => state === "pending").map(({ promptId }) => promptId);

async function seen(request: string): Promise<void> {
  while (!fake.requests.includes(request)) await sleep(2);
}

it("is not lost when whoever moved it went away", async () => {
  const page = new AbortController();
  const moving = move("p3", "p2", page.signal);
  await seen("POST /queue");
  page.abort();
  await expect(moving).rejects.toThrow();
  await expect.poll(waiting, { timeout: 5_000 }).toEqual(["p3", "p2"]);
});

it("is sent again where the server did not take it, and once where only the answer got lost", async () => {
  fake.faults.refusesPrompts = true;
  const moving = move("p3", "p2");
  await seen("POST /prompt");
  fake.faults.refusesPrompts = false;
  await moving;
  expect(await waiting()).toEqual(["p3", "p2"]);
  fake.faults.losesAnswers = true;
  await move("p3");
  expect(await waiting()).toEqual(["p2", "p3"]);
}, 20_000);

it("stays one of its kind when it is moved twice at once, or sent meanwhile", async () => {
  await Promise.all([move("p3", "p2"), move("p3"), scene.submit("p3"), move("p3", "p2")]);
  expect(await waiting()).toEqual(["p3", "p2"]);
});

it("does not come back when it is taken out meanwhile, or all are", async () => {
  for (const takeOut of [
    () => scene.client().cancel({ connection: CONNECTION, promptId: "p3", signal: NEVER }),
    async () => expect(await scene.client().clearOwn({ connection: CONNECTION, signal: NEVER })).toBe(2),
  ]) {
    fake.faults.refusesPrompts = true;
    fake.requests.length = 0;
    const moving = expect(move("p3", "p2")).rejects.toThrow("meanwhile");
    await seen("POST /prompt");
    const out = takeOut();
    fake.faults.refusesPrompts = false;
    await Promise.all([moving, out]);
    expect(await waiting()).not.toContain("p3");
    await scene.submit("p3", { prompt: textToImage({ seed: 9 }) });
  }
}, 30_000);
