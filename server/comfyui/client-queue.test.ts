import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CONNECTION, type ComfyScene, createComfyScene, gate, NEVER } from "./testing/comfy-scene.ts";
import { textToImage, twoOutputs } from "./testing/prompts.ts";

let scene: ComfyScene;
beforeEach(() => {
  scene = createComfyScene();
});
afterEach(() => scene.end());

describe("the queue", () => {
  it("is told in order with what is ours, and only that is moved or cleared", async () => {
    const fake = await scene.start();
    const open = gate(fake, "KSampler");
    await scene.submit("p1");
    for (const [index, id] of ["p2", "p3", "p4"].entries())
      await scene.submit(id, { prompt: textToImage({ seed: BigInt(index) + 18_446_744_073_709_551_600n }) });
    await fetch(`${fake.url}/prompt`, { method: "POST", body: JSON.stringify({ prompt: twoOutputs({ image: "x" }), prompt_id: "foreign" }) });
    const told = async () =>
      (await scene.client().queue({ connection: CONNECTION, signal: NEVER })).map(({ promptId, position, isOurs }) => [promptId, position, isOurs]);
    expect(await told()).toEqual([
      ["p1", 0, true],
      ["p2", 1, true],
      ["p3", 2, true],
      ["p4", 3, true],
      ["foreign", 4, false],
    ]);
    await scene.client().move({ connection: CONNECTION, promptId: "p4", before: "p2", signal: NEVER });
    await scene.client().move({ connection: CONNECTION, promptId: "p2", signal: NEVER });
    expect((await told()).map(([id]) => id)).toEqual(["p1", "p4", "p3", "foreign", "p2"]);
    expect(fake.submitted.at(-1)).toContain('"seed":18446744073709551600');
    await expect(scene.client().move({ connection: CONNECTION, promptId: "foreign", signal: NEVER })).rejects.toMatchObject({ code: "validation" });
    await expect(scene.client().move({ connection: CONNECTION, promptId: "p1", signal: NEVER })).rejects.toMatchObject({
      code: "validation",
      message: expect.stringContaining("begun"),
    });
    await scene.client().cancel({ connection: CONNECTION, promptId: "p3", signal: NEVER });
    expect(await scene.client().clearOwn({ connection: CONNECTION, signal: NEVER })).toBe(2);
    expect((await told()).map(([id]) => id)).toEqual(["p1", "foreign"]);
    open();
    expect((await scene.follow("p1")).at(-1)).toMatchObject({ type: "finished" });
  });

  it("says how far one is that waits; taken out by somebody, it is told as removed", async () => {
    const fake = await scene.start();
    const open = gate(fake, "KSampler");
    await scene.submit("p1");
    await scene.submit("p2", { prompt: textToImage({ seed: 2 }) });
    await scene.submit("p3", { prompt: textToImage({ seed: 3 }) });
    const events = await scene.follow("p3", {
      onEvent: async (event) => {
        if (event.type === "queued" && event.position === 2) await scene.client().cancel({ connection: CONNECTION, promptId: "p2", signal: NEVER });
        if (event.type === "queued" && event.position === 1) await fetch(`${fake.url}/queue`, { method: "POST", body: JSON.stringify({ delete: ["p3"] }) });
      },
    });
    expect(events.filter(({ type }) => type === "queued")).toEqual([
      { type: "queued", position: 2 },
      { type: "queued", position: 1 },
    ]);
    expect(events.at(-1)).toEqual({ type: "lost", reason: "removed" });
    open();
  });

  it("what runs is interrupted, and no other", async () => {
    const fake = await scene.start();
    const open = gate(fake, "KSampler");
    await scene.submit("p1", { prompt: textToImage({ steps: 50 }) });
    await scene.submit("p2", { prompt: textToImage({ seed: 2 }) });
    await scene.client().cancel({ connection: CONNECTION, promptId: "gone", signal: NEVER });
    const events = await scene.follow("p1", {
      onEvent: async (event) => {
        if (event.type !== "started") return;
        await scene.client().cancel({ connection: CONNECTION, promptId: "p1", signal: NEVER });
        open();
      },
    });
    expect(events.at(-1)).toMatchObject({ type: "interrupted", node: "3", outputs: [] });
    expect((await scene.follow("p2")).at(-1)).toMatchObject({ type: "finished" });
  });

  it("of several servers, the one with the label and the shortest queue is chosen", async () => {
    const [busy] = [await scene.start({}, { labels: ["gpu"] }), await scene.start({}, { labels: ["gpu"] }), await scene.start()];
    const open = gate(busy, "KSampler");
    await scene.submit("p1");
    expect(await scene.client().choose({ label: "gpu", signal: NEVER })).toMatchObject({ connection: "conn_b" });
    const others = [await scene.client().choose({ signal: NEVER }), await scene.client().choose({ signal: NEVER })].map((server) => server.connection);
    expect(new Set(others)).toEqual(new Set(["conn_b", "conn_c"]));
    await scene.fakes[1]?.stop();
    expect(await scene.client().choose({ label: "gpu", signal: NEVER })).toMatchObject({ connection: "conn_a" });
    await expect(scene.client().choose({ label: "tpu", signal: NEVER })).rejects.toMatchObject({
      code: "not-found",
      message: expect.stringContaining('"tpu"'),
    });
    open();
  });
});
