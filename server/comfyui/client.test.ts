import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { comfyFileName } from "#nodes/kit/comfyui/service.ts";
import { openComfyClients, TEST_WORKSPACE } from "./testing/comfy-clients.ts";
import { CONNECTION, type ComfyScene, createComfyScene, gate, NEVER } from "./testing/comfy-scene.ts";
import { fakePicture } from "./testing/fake-picture.ts";
import { textToImage, twoOutputs } from "./testing/prompts.ts";

let scene: ComfyScene;
beforeEach(() => {
  scene = createComfyScene();
});
afterEach(() => scene.end());

describe("a prompt", () => {
  it("is told of from the queue to its pictures, with its seed exact", async () => {
    const fake = await scene.start({ previews: true, nodeMs: 2 });
    expect(await scene.submit("p1")).toEqual({ isNew: true });
    expect(fake.submitted[0]).toContain('"seed":18446744073709551557,');
    const events = await scene.follow("p1");
    const types = new Set(events.map(({ type }) => type));
    for (const type of ["started", "cached", "progress", "preview", "output", "finished"]) expect(types).toContain(type);
    expect(events.find(({ type }) => type === "preview")).toMatchObject({ node: "3", mediaType: "image/png" });
    const end = events.at(-1);
    expect(end).toMatchObject({
      type: "finished",
      outputs: [{ node: "9", files: [{ filename: "loom_00001_.png", subfolder: "heddle", type: "output", key: "images" }] }],
    });
    const [file] = end?.type === "finished" ? (end.outputs[0]?.files ?? []) : [];
    if (!file) throw new Error("There is no picture.");
    const { content, mediaType } = await scene.client().download({ connection: CONNECTION, file, mostBytes: 1_000_000, signal: NEVER });
    expect([mediaType, Buffer.from(content).includes("18446744073709551557")]).toEqual(["image/png", true]);
    await expect(scene.client().download({ connection: CONNECTION, file, mostBytes: 10, signal: NEVER })).rejects.toMatchObject({ code: "limit" });
  });

  it("is sent once, whoever asks again, and its end is known afterwards", async () => {
    const fake = await scene.start();
    await scene.submit("p1");
    expect(await scene.submit("p1")).toEqual({ isNew: false });
    expect((await scene.follow("p1")).at(-1)).toMatchObject({ type: "finished" });
    expect(await scene.submit("p1")).toEqual({ isNew: false });
    expect(fake.submitted).toHaveLength(1);
    expect(await scene.client().end({ connection: CONNECTION, promptId: "p1", signal: NEVER })).toMatchObject({ type: "finished" });
    expect(await scene.client().end({ connection: CONNECTION, promptId: "another", signal: NEVER })).toEqual({ type: "lost", reason: "forgotten" });
    // nobody listened while it ran
    expect((await scene.follow("p1")).map(({ type }) => type)).toEqual(expect.arrayContaining(["finished"]));
  });

  it("whose answer was lost on its way is found, not sent again", async () => {
    const fake = await scene.start();
    fake.faults.losesAnswers = true;
    expect(await scene.submit("p1")).toEqual({ isNew: true });
    expect(fake.submitted).toHaveLength(1);
    expect((await scene.follow("p1")).at(-1)).toMatchObject({ type: "finished" });
  });

  it("that is cached names the old file; one that is gone is told, and made again", async () => {
    const fake = await scene.start();
    await scene.submit("p1");
    await scene.follow("p1");
    await scene.submit("p2");
    const end = (await scene.follow("p2")).at(-1);
    expect(end).toMatchObject({ type: "finished", outputs: [{ files: [{ filename: "loom_00001_.png" }] }], cached: expect.arrayContaining(["9", "3"]) });
    const [file] = end?.type === "finished" ? (end.outputs[0]?.files ?? []) : [];
    if (!file) throw new Error("There is no picture.");
    fake.files.clear();
    await expect(scene.client().download({ connection: CONNECTION, file, mostBytes: 1_000, signal: NEVER })).rejects.toMatchObject({
      code: "not-found",
      details: { reason: "gone" },
    });
    await scene.client().forgetCached({ connection: CONNECTION, signal: NEVER });
    await scene.submit("p3");
    await scene.follow("p3");
    expect((await scene.client().download({ connection: CONNECTION, file, mostBytes: 100_000, signal: NEVER })).content.length).toBeGreaterThan(50);
  });

  it("with several pictures, and one with a text, yields all", async () => {
    await scene.start();
    await scene.submit("p1", { prompt: { ...textToImage({ batch: 3 }), "10": { class_type: "PreviewAny", inputs: { source: "a text" } } } });
    const end = (await scene.follow("p1")).at(-1);
    expect(end?.type === "finished" && end.outputs.map(({ node, files, texts }) => [node, files.length, texts])).toEqual(
      expect.arrayContaining([
        ["9", 3, []],
        ["10", 0, ["a text"]],
      ]),
    );
  });

  it("made of an uploaded picture with its mask", async () => {
    const fake = await scene.start();
    const picture = fakePicture("ff0000");
    const upload = (name: string) => scene.client().upload({ connection: CONNECTION, content: picture, name, mediaType: "image/png", signal: NEVER });
    const file = await upload("Mein Bild (größer).png");
    expect(comfyFileName(file)).toMatch(/^heddle\/[0-9a-f]{20}-[\w.-]+\.png$/);
    expect(await upload("Mein Bild (größer).png")).toEqual(file);
    const mask = await scene
      .client()
      .upload({ connection: CONNECTION, content: fakePicture("00ff00"), name: "mask.png", mediaType: "image/png", maskOf: file, signal: NEVER });
    expect(fake.files.size).toBe(2);
    await scene.submit("p1", { prompt: twoOutputs({ image: comfyFileName(mask) }) });
    expect((await scene.follow("p1")).at(-1)).toMatchObject({ type: "finished" });
    const gone = { ...file, filename: "gone.png" };
    await expect(
      scene.client().upload({ connection: CONNECTION, content: picture, name: "m.png", mediaType: "image/png", maskOf: gone, signal: NEVER }),
    ).rejects.toMatchObject({
      code: "validation",
    });
  });
});

describe("what goes wrong", () => {
  it("in the workflow is told by node, and nothing runs", async () => {
    const fake = await scene.start();
    const wrong = textToImage();
    wrong["5"] = { class_type: "EmptyLatentImage", inputs: { width: 99_999, batch_size: 1 } };
    await expect(scene.submit("p1", { prompt: wrong })).rejects.toMatchObject({
      ...{ code: "validation", happened: "no", message: expect.stringContaining("Node 5 (EmptyLatentImage)") },
      details: {
        missing: ["9"],
        faults: [
          { node: "5", input: "width", type: "value_bigger_than_max" },
          { input: "height", type: "required_input_missing" },
        ],
      },
    });
    await expect(scene.submit("p2", { prompt: { "1": { class_type: "NoSuchNode", inputs: {} } } })).rejects.toMatchObject({
      message: expect.stringContaining("#1"),
    });
    expect(fake.history.size).toBe(0);
  });

  it("in one output is a failure that names it, and the rest is not run for nothing", async () => {
    const fake = await scene.start();
    const open = gate(fake, "EmptyImage");
    await expect(scene.submit("p1", { prompt: twoOutputs({ image: "missing.png" }) })).rejects.toMatchObject({
      ...{ code: "validation", message: expect.stringContaining("outputs would be missing: 5") },
      details: { missing: ["5"] },
    });
    open();
    // who needs only the other one gets it
    await scene.submit("p2", { prompt: twoOutputs({ image: "missing.png", colour: 2 }), needs: ["3"] });
    expect((await scene.follow("p2")).at(-1)).toMatchObject({ type: "finished", outputs: [{ node: "3" }] });
    await expect(scene.submit("p2", { prompt: twoOutputs({ image: "missing.png", colour: 2 }), needs: ["3", "5"] })).rejects.toMatchObject({
      details: { missing: ["5"] },
    });
  });

  it("while it runs names the inner node, without the server's folders; what was made is there", async () => {
    const fake = await scene.start();
    fake.files.set("input//broken.png", Buffer.from("no picture"));
    await scene.submit("p1", { prompt: twoOutputs({ image: "broken.png" }) });
    expect((await scene.follow("p1")).at(-1)).toEqual({
      ...{ type: "failed", node: "4", nodeType: "LoadImage", message: "cannot identify image file 'broken.png'" },
      outputs: [{ node: "3", files: [expect.objectContaining({ filename: "made_00001_.png" })], texts: [] }],
    });
  });

  it("with a server that answers 500 in words, or no JSON, is told", async () => {
    const fake = await scene.start();
    fake.faults.refusesPrompts = true;
    await expect(scene.submit("p1")).rejects.toMatchObject({ code: "http-status", happened: "no", details: { status: 500 } });
    await expect(scene.client().submit({ connection: "conn_z", promptId: "p1", prompt: textToImage(), signal: NEVER })).rejects.toMatchObject({
      code: "not-found",
    });
  });

  it("with a server that never answers, or is not there, ends in the time allowed", async () => {
    const fake = await scene.start();
    await scene.submit("p1");
    await scene.follow("p1");
    await fake.stop();
    await expect(scene.follow("p2", { unreachableLimitMs: 300 })).rejects.toMatchObject({ code: "network", details: { promptId: "p2" } });
    const mute = await scene.start();
    mute.faults.isMute = true;
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 100);
    await expect(scene.follow("p1", { connection: "conn_b", signal: stop.signal })).rejects.toMatchObject({ code: "cancelled" });
  });

  it("with a prompt that computes for ever, or waits for ever, ends in the time allowed", async () => {
    const fake = await scene.start();
    const open = gate(fake, "KSampler");
    await scene.submit("p1");
    await expect(scene.follow("p1", { runLimitMs: 250 })).rejects.toMatchObject({
      code: "limit",
      message: expect.stringContaining("not done within"),
    });
    await scene.submit("p2");
    await expect(scene.follow("p2", { queueLimitMs: 250 })).rejects.toMatchObject({ code: "limit", message: expect.stringContaining("queue") });
    open();
  });

  it("is not sent where the guard does not allow it", async () => {
    await scene.start();
    const shut = openComfyClients(() => scene.servers, { isAllowed: false });
    try {
      const other = shut.clients.clientFor({ workspace: TEST_WORKSPACE });
      await expect(other.queue({ connection: CONNECTION, signal: NEVER })).rejects.toMatchObject({ code: "policy", happened: "no" });
      await expect(other.end({ connection: CONNECTION, promptId: "p1", signal: NEVER })).rejects.toMatchObject({ code: "policy" });
      expect(scene.fakes[0]?.requests).toEqual([]);
    } finally {
      await shut.close();
    }
  });
});

describe("what proves who asks", () => {
  it("goes with requests and the socket, and is concealed", async () => {
    await scene.start({ secret: { name: "x-api-key", value: "canary-1" } }, { auth: { type: "header", name: "X-Api-Key", value: "canary-1" } });
    const concealed: string[] = [];
    const told = scene.client({ conceal: (secret) => concealed.push(secret) });
    await told.queue({ connection: CONNECTION, signal: NEVER });
    await scene.submit("p1");
    expect((await scene.follow("p1")).map(({ type }) => type)).toContain("progress");
    expect(concealed).toContain("canary-1");
    await scene.start({ secret: { name: "authorization", value: "Bearer right" } }, { auth: { type: "bearer", value: "wrong" } });
    await expect(scene.client().queue({ connection: "conn_b", signal: NEVER })).rejects.toMatchObject({ code: "auth" });
  });

  it("runs of another workspace reach nothing", async () => {
    await scene.start();
    const other = scene.client({ workspace: "workspace_b" });
    await expect(other.queue({ connection: CONNECTION, signal: NEVER })).rejects.toMatchObject({ code: "not-found", happened: "no" });
  });
});

it("what a server knows of its nodes is kept for a while", async () => {
  const fake = await scene.start();
  const first = await scene.client().objectInfo({ connection: CONNECTION, signal: NEVER });
  expect(first.classes.KSampler?.input.required?.seed).toEqual(["INT", expect.objectContaining({ max: 18_446_744_073_709_551_615n })]);
  expect(first.classes.SaveImage).toMatchObject({ output_node: true, display_name: "Save Image" });
  expect((await scene.client().objectInfo({ connection: CONNECTION, signal: NEVER })).readAt).toBe(first.readAt);
  expect(await scene.client().objectInfo({ connection: CONNECTION, signal: NEVER, fresh: true })).toMatchObject({ etag: first.etag });
  expect(fake.requests.filter((request) => request === "GET /object_info")).toHaveLength(2);
});
