import { createHash } from "node:crypto";
import { afterAll, expect, test } from "vitest";
import { stringifyExactJson } from "#nodes/kit/comfyui/exact-json.ts";
import { gate } from "#server/comfyui/testing/comfy-scene.ts";
import { startFakeComfy } from "#server/comfyui/testing/fake-comfyui.ts";
import { textToImage } from "#server/comfyui/testing/prompts.ts";
import { createChaosClient } from "./support/chaos-client.ts";
import { deployEmbedded } from "./support/deployment.ts";
import { assemble, output } from "./support/graph-parts.ts";
import { violationsOf } from "./support/run-chaos.ts";

const TIMEOUT_MS = 180_000;
const patient = { timeout: 60_000, interval: 25 };

const fake = await startFakeComfy();
const deployment = await deployEmbedded({ allow: `127.0.0.1:${fake.port}`, leaseMs: 1_000 });
afterAll(async () => {
  await deployment.dispose();
  await fake.stop();
});

test(
  "a prompt that ComfyUI computes while Heddle is killed twice is sent once, and what it made is kept",
  async () => {
    const { web } = deployment;
    await deployment.start();
    const client = createChaosClient({ url: web.url, token: deployment.token });
    const connection = await client.connectComfyui(fake.url);
    const workflow = await client.importWorkflow({ name: "Looms", text: stringifyExactJson(textToImage()), connection });
    const paint = { name: "paint", type: "comfyui-workflow", config: { workflow } };
    const graph = await client.createGraph(assemble("Looms", [paint, output], { wires: ["paint.image > output.value"] }));
    const open = gate(fake, "KSampler");
    const { id } = await client.startRun(graph, { input: {}, idempotencyKey: "looms" });

    // it runs there
    await expect.poll(() => fake.submitted.length === 1 && fake.clientIds().length === 1, patient).toBe(true);
    await web.kill();
    const asked = () => fake.requests.filter((request) => request === "GET /queue").length;
    const before = asked();
    await web.start();
    // it is followed again
    await expect.poll(() => asked() - before, patient).toBeGreaterThan(1);
    await web.kill();
    // it ends while nobody listens
    open();
    await expect.poll(() => fake.history.size, patient).toBe(1);
    await web.start();
    await expect.poll(async () => (await client.readRun(id)).finishedAt, patient).not.toBeNull();

    const [made] = [...fake.files].filter(([name]) => name.startsWith("output/")).map(([, content]) => createHash("sha256").update(content).digest("hex"));
    expect(made).toBeDefined();
    expect(await client.readRun(id)).toMatchObject({ state: "succeeded", output: { result: { $asset: made } } });
    expect(await client.gates()).toEqual([]);
    expect(fake.submitted).toHaveLength(1);
    expect(fake.requests.filter((request) => request === "POST /interrupt" || request === "POST /queue")).toEqual([]);
    await web.stop();
    expect(await violationsOf(deployment)).toEqual([]);
  },
  TIMEOUT_MS,
);

test(
  "a prompt that ran out of its time is stopped and sent anew, once, also where Heddle is killed after that",
  async () => {
    const { web } = deployment;
    await deployment.start();
    const client = createChaosClient({ url: web.url, token: deployment.token });
    const connection = await client.connectComfyui(fake.url);
    const workflow = await client.importWorkflow({ name: "Slow looms", text: stringifyExactJson(textToImage({ seed: 2 })), connection });
    const paint = { name: "paint", type: "comfyui-workflow", config: { workflow, connection }, policy: { timeoutMs: 4_000, attempts: 3 } };
    const graph = await client.createGraph(assemble("Slow looms", [paint, output], { wires: ["paint.image > output.value"] }));
    const open = gate(fake, "KSampler");
    const before = fake.submitted.length;
    const { id } = await client.startRun(graph, { input: {}, idempotencyKey: "slow looms" });

    await expect.poll(() => fake.submitted.length - before, patient).toBe(2);
    // before the second attempt is out of time as well
    await web.kill();
    open();
    const [first, second = ""] = fake.submitted.slice(before).map((text) => String(JSON.parse(text).prompt_id));
    expect(second).toBe(`${first}-2`);
    await expect.poll(() => fake.history.has(second), patient).toBe(true);
    await web.start();
    await expect.poll(async () => (await client.readRun(id)).finishedAt, patient).not.toBeNull();
    expect(await client.readRun(id)).toMatchObject({ state: "succeeded" });
    expect(fake.submitted).toHaveLength(before + 2);
    await web.stop();
    expect(await violationsOf(deployment)).toEqual([]);
  },
  TIMEOUT_MS,
);
