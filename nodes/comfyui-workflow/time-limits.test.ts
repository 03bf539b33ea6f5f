import { describe, expect, it } from "vitest";
import { NodeError } from "#runtime/node/node-error.ts";
import { gate } from "#server/comfyui/testing/comfy-scene.ts";
import type { FakeComfy } from "#server/comfyui/testing/fake-comfyui.ts";
import { fakePicture } from "#server/comfyui/testing/fake-picture.ts";
import { type ComfyClient, comfyFileName } from "../kit/comfyui/service.ts";
import { type Entering, invert, nodeScene, outputsOf, submissions, until } from "./testing/node-scene.ts";

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

  it("and had ended all the same takes the next one, which a crash left in the queue, out of it", async () => {
    const fake = await start();
    const open = gate(fake, "VAEDecode");
    const away = { cancel: async () => undefined };
    const recorded = await runOutOfTime(fake, { client: away });
    // somebody else's, between the two
    const { signal } = new AbortController();
    const picture = await scene.client.upload({ connection: "conn_a", content: fakePicture("112233"), name: "a.png", mediaType: "image/png", signal });
    const openOther = gate(fake, "ImageInvert");
    const other = { ...invert, "1": { class_type: "LoadImage", inputs: { image: comfyFileName(picture) } } };
    await scene.client.submit({ connection: "conn_a", promptId: "somebody-elses", prompt: other as never, signal });
    const crash = new AbortController();
    const second = enter({ client: away, context: { timeouts: 1, recorded, signal: crash.signal } });
    await until(() => fake.submitted.length === 3);
    crash.abort(new NodeError("worker-lost", "Heddle was stopped.", { happened: "no" }));
    await second;
    open();
    const [first = ""] = idsOf(fake);
    await until(() => fake.history.has(first));
    const waiting = async () => (await scene.client.queue({ connection: "conn_a", signal })).map(({ promptId }) => promptId);
    expect(await waiting()).toEqual(["somebody-elses", `${first}-2`]);
    expect(outputsOf((await enter({ context: { timeouts: 1, recorded } })).result).images).toHaveLength(1);
    expect(await waiting()).toEqual(["somebody-elses"]);
    openOther();
  });

  it("and had ended is asked for before anything is uploaded again", async () => {
    const fake = await start();
    const open = gate(fake, "ImageInvert");
    const uploads: string[] = [];
    const upload: ComfyClient["upload"] = (given) => {
      uploads.push(given.name);
      return scene.client.upload(given);
    };
    const what = { prompt: invert, inputs: { image: scene.files.put("photo.png", "image/png", fakePicture("112233")) } };
    const recorded = await runOutOfTime(fake, { ...what, client: { upload, cancel: async () => undefined } });
    open();
    await until(() => fake.history.size === 1);
    expect(uploads).toEqual(["photo.png"]);
    expect(outputsOf((await enter({ ...what, client: { upload }, context: { timeouts: 1, recorded: new Map(recorded) } })).result).images).toHaveLength(1);
    expect(uploads).toEqual(["photo.png"]);
    // its file is gone: now it is sent, and what it needs
    fake.files.clear();
    expect(outputsOf((await enter({ ...what, client: { upload }, context: { timeouts: 1, recorded } })).result).images).toHaveLength(1);
    expect(uploads).toEqual(["photo.png", "photo.png"]);
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
