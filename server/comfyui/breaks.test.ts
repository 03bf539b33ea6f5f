import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ComfyScene, createComfyScene, gate } from "./testing/comfy-scene.ts";

let scene: ComfyScene;
beforeEach(() => {
  scene = createComfyScene();
});
afterEach(() => scene.end());

describe("through breaks", () => {
  it("a socket that drops in mid-run is opened again, and the rest is told", async () => {
    const fake = await scene.start({ nodeMs: 5 });
    const open = gate(fake, "VAEDecode");
    await scene.submit("p1");
    let dropped = false;
    const events = await scene.follow("p1", {
      onEvent: async (event) => {
        if (event.type === "progress" && event.current === "8" && !dropped) {
          dropped = true;
          fake.dropSockets();
        }
        if (event.type === "connected" && event.connected && dropped) open();
      },
    });
    expect(events).toEqual(
      expect.arrayContaining([
        { type: "connected", connected: false },
        { type: "connected", connected: true },
      ]),
    );
    expect(events.at(-1)).toMatchObject({ type: "finished", outputs: [{ node: "9" }] });
  });

  it("without any socket it ends all the same", async () => {
    const fake = await scene.start();
    fake.faults.hasNoSocket = true;
    await scene.submit("p1");
    expect((await scene.follow("p1")).at(-1)).toMatchObject({ type: "finished" });
  });

  it("of a socket that has gone deaf it ends all the same, and another is opened", async () => {
    const fake = await scene.start();
    fake.faults.isDeaf = true;
    const open = gate(fake, "KSampler");
    await scene.submit("p1");
    const events = await scene.follow("p1", {
      onEvent: (event) => {
        if (event.type === "connected" && !event.connected) {
          fake.faults.isDeaf = false;
          setTimeout(open, 100);
        }
      },
    });
    expect(events.map(({ type }) => type)).toContain("connected");
    expect(events.at(-1)).toMatchObject({ type: "finished" });
  });

  it("ComfyUI that dies in mid-run has lost the prompt, which may be sent again under its id", async () => {
    const fake = await scene.start();
    gate(fake, "KSampler");
    await scene.submit("p1");
    const events = await scene.follow("p1", {
      onEvent: async (event) => {
        if (event.type === "started") await scene.restart(fake);
      },
    });
    expect(events.at(-1)).toEqual({ type: "lost", reason: "forgotten" });
    expect(await scene.submit("p1")).toEqual({ isNew: true });
    expect((await scene.follow("p1")).at(-1)).toMatchObject({ type: "finished" });
  });

  it("another process, as after a restart of ours, takes it up where it is", async () => {
    const fake = await scene.start();
    const open = gate(fake, "KSampler");
    await scene.submit("p1");
    await scene.reopen();
    expect(await scene.submit("p1")).toEqual({ isNew: false });
    setTimeout(open, 100);
    const events = await scene.follow("p1");
    expect(events[0]).toEqual({ type: "started" });
    expect(events.at(-1)).toMatchObject({ type: "finished" });
  });
});
