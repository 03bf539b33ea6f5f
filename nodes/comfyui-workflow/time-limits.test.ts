import { describe, expect, it } from "vitest";
import { NodeError } from "#runtime/node/node-error.ts";
import { gate } from "#server/comfyui/testing/comfy-scene.ts";
import type { FakeComfy } from "#server/comfyui/testing/fake-comfyui.ts";
import { type Entering, nodeScene, outputsOf, submissions, until } from "./testing/node-scene.ts";

const scene = nodeScene();
const { start, enter } = scene;

describe("a prompt that takes too long", () => {
  it("is not stopped for one answer that came too late: the next attempt goes on with it", async () => {
    const fake = await start();
    const first = await enter({
      client: {
        submit: async (given) => {
          await scene.client.submit(given);
          throw new NodeError("timeout", "It gave no complete answer within 30 s.");
        },
      },
    });
    // an attempt that failed as `timeout` would have stopped it
    expect(first.result).toMatchObject({ type: "failed", failure: { code: "network" } });
    expect(outputsOf((await enter({ context: { recorded: first.context.recorded } })).result).images).toHaveLength(1);
    expect(fake.submitted).toHaveLength(1);
  });

  /** An attempt that runs out of time while its prompt is held up in ComfyUI. */
  async function runOutOfTime(fake: FakeComfy, more: Entering = {}) {
    const clock = new AbortController();
    const count = fake.submitted.length;
    const attempt = enter({ ...more, context: { ...more.context, signal: clock.signal } });
    await until(() => fake.submitted.length > count && fake.clientIds().length > 0);
    clock.abort(new NodeError("timeout", "The node took longer than 1000 ms."));
    const { result, context } = await attempt;
    expect(result).toMatchObject({ type: "failed", failure: { code: "timeout" } });
    return context.recorded;
  }
  const idsOf = (fake: FakeComfy) => submissions(fake).map(({ prompt_id }) => prompt_id);

  it("with its attempt is stopped in ComfyUI, and sent anew by the next one; one more after a crash finds that", async () => {
    const fake = await start();
    const open = gate(fake, "VAEDecode");
    const recorded = await runOutOfTime(fake);
    await until(() => fake.requests.includes("POST /interrupt"));
    const crash = new AbortController();
    // the first is still being stopped when the second is sent
    const second = enter({ context: { timeouts: 1, recorded, signal: crash.signal } });
    await until(() => fake.submitted.length === 2);
    crash.abort(new NodeError("worker-lost", "Heddle was stopped.", { happened: "no" }));
    await second;
    open();
    const third = await enter({ context: { timeouts: 1, recorded } });
    expect(outputsOf(third.result).images).toHaveLength(1);
    const [first = ""] = idsOf(fake);
    expect(idsOf(fake)).toEqual([first, `${first}-2`]);
    expect(fake.history.get(first)).toMatchObject({ status: { status_str: "error" } });
  });

  it("is stopped by the next attempt where ComfyUI could not be told before", async () => {
    const fake = await start();
    const open = gate(fake, "VAEDecode");
    const recorded = await runOutOfTime(fake, { client: { cancel: () => Promise.reject(new NodeError("network", "It is away.")) } });
    expect(fake.requests).not.toContain("POST /interrupt");
    const again = enter({ context: { timeouts: 1, recorded } });
    await until(() => fake.submitted.length === 2);
    open();
    expect(outputsOf((await again).result).images).toHaveLength(1);
    expect(fake.requests).toContain("POST /interrupt");
  });

  it("and had ended all the same is taken by the next attempt", async () => {
    const fake = await start();
    const open = gate(fake, "VAEDecode");
    const recorded = await runOutOfTime(fake, { client: { cancel: async () => undefined } });
    open();
    await until(() => fake.history.size === 1);
    expect(outputsOf((await enter({ context: { timeouts: 1, recorded } })).result).images).toHaveLength(1);
    expect(fake.submitted).toHaveLength(1);
  });

  it("and is stopped by somebody in ComfyUI after that is not sent anew", async () => {
    const fake = await start();
    const open = gate(fake, "VAEDecode");
    const again = enter({ context: { timeouts: 1 } });
    await until(() => fake.submitted.length === 1 && fake.clientIds().length > 0);
    await fetch(`${fake.url}/interrupt`, { method: "POST" });
    open();
    expect((await again).result).toMatchObject({ type: "failed", failure: { code: "cancelled", message: expect.stringContaining("stopped in ComfyUI") } });
    expect(fake.submitted).toHaveLength(1);
  });

  it("beyond its limit is stopped in ComfyUI, for good", async () => {
    const fake = await start();
    gate(fake, "VAEDecode");
    const { result } = await enter({ client: { follow: (given) => scene.client.follow({ ...given, runLimitMs: 100 }) } });
    expect(result).toMatchObject({ type: "failed", failure: { code: "limit", message: expect.stringContaining("not done within") } });
    expect(fake.requests).toContain("POST /interrupt");
  });
});
