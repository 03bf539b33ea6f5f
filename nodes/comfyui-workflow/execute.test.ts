import { describe, expect, it } from "vitest";
import { NodeError } from "#runtime/node/node-error.ts";
import type { References } from "#runtime/node/references.ts";
import type { WorkflowContent } from "#runtime/node/workflow.ts";
import { openComfyClients, TEST_WORKSPACE } from "#server/comfyui/testing/comfy-clients.ts";
import { gate } from "#server/comfyui/testing/comfy-scene.ts";
import { FAKE_OBJECT_INFO } from "#server/comfyui/testing/fake-object-info.ts";
import { fakePicture } from "#server/comfyui/testing/fake-picture.ts";
import { describeWorkflow } from "../kit/comfyui/workflow/describe-workflow.ts";
import { readWorkflow } from "../kit/comfyui/workflow/read-workflow.ts";
import { comfyuiWorkflow } from "./node.ts";
import { invert, nodeScene, outputsOf, sampler, submissions, until, workflow } from "./testing/node-scene.ts";

const scene = nodeScene();
const { start, enter } = scene;

describe("a run", () => {
  it("uploads what comes in, shows how far it is with pictures of it, and keeps what came out", async () => {
    const fake = await start({ previews: true, nodeMs: 2 });
    const photo = scene.files.put("photo.png", "image/png", fakePicture("112233"));
    const { result, context } = await enter({ prompt: invert, inputs: { image: photo } });
    const { image, images } = outputsOf(result);
    expect(images).toEqual([image]);
    expect(scene.files.kept.has(image.$asset)).toBe(true);
    expect(submissions(fake)[0]?.prompt["1"]?.inputs.image).toMatch(/photo/);
    expect(context.emissions).toContainEqual(expect.objectContaining({ type: "progress", message: expect.stringMatching(/ · node \d of 3$/) }));
    expect(context.emissions.at(-1)).toEqual({ type: "progress", value: 100, total: 100, message: "Done" });
  });

  it("shows what a sampler paints", async () => {
    await start({ previews: true, nodeMs: 2 });
    const { context } = await enter();
    expect(context.emissions).toContainEqual(expect.objectContaining({ type: "preview", mediaType: "image/png" }));
    expect(context.emissions).toContainEqual(expect.objectContaining({ message: expect.stringMatching(/^Paint \d\/2 · node 4 of 6$/) }));
  });

  it("puts a painted mask on the picture", async () => {
    const fake = await start();
    const image = scene.files.put("photo.png", "image/png", fakePicture("112233"));
    const mask = scene.files.put("mask.png", "image/png", fakePicture("000000"));
    const uploads: (string | undefined)[] = [];
    await enter({
      prompt: invert,
      config: { values: { image: { image, mask } } },
      client: {
        upload: (given) => {
          uploads.push(given.maskOf?.filename);
          return scene.client.upload(given);
        },
      },
    });
    expect(uploads).toEqual([undefined, expect.stringMatching(/photo/)]);
    expect(fake.requests).toContain("POST /upload/mask");
  });

  it("tries combinations, with seeds of their own that are exact, each recorded by itself", async () => {
    const fake = await start();
    const { result, context } = await enter({ config: { values: { seed: "18446744073709551614" }, seeds: "increment", sweep: { steps: [1, 2] } } });
    expect(outputsOf(result).results.map(({ values }) => values)).toEqual([
      { seed: "18446744073709551614", steps: 1 },
      { seed: "18446744073709551615", steps: 2 },
    ]);
    expect(fake.submitted.map((text) => /"seed":(\d+)/.exec(text)?.[1]).sort()).toEqual(["18446744073709551614", "18446744073709551615"]);
    expect(outputsOf(result).images).toHaveLength(2);
    expect(context.worked.filter((name) => name.startsWith("prompt-"))).toHaveLength(2);
  });

  it("draws seeds once: entered again, it makes the same", async () => {
    await start();
    const first = await enter({ config: { seeds: "random", repeat: 3 } });
    const again = await enter({ config: { seeds: "random", repeat: 3 }, context: { recorded: first.context.recorded } });
    expect(again.result).toEqual(first.result);
    expect(again.context.worked).toEqual([]);
    expect(new Set(outputsOf(first.result).results.map(({ values }) => values.seed)).size).toBe(3);
  });

  it("has what was forgotten with its file computed again", async () => {
    const fake = await start();
    await enter();
    fake.files.clear();
    const { result } = await enter({ context: { recorded: new Map() } });
    expect(outputsOf(result).images).toHaveLength(1);
    expect(fake.requests).toContain("POST /free");
  });
});

describe("entered again", () => {
  it("after a crash while the prompt ran, it follows the same prompt and sends nothing again", async () => {
    const fake = await start();
    const open = gate(fake, "VAEDecode");
    const crash = new AbortController();
    const first = enter({ context: { signal: crash.signal } });
    await until(() => fake.submitted.length === 1 && fake.requests.length > 3);
    crash.abort(new NodeError("worker-lost", "Heddle was stopped.", { happened: "no" }));
    const { context } = await first;
    const second = enter({ context: { recorded: context.recorded } });
    open();
    expect(outputsOf((await second).result).images).toHaveLength(1);
    expect(fake.submitted).toHaveLength(1);
    expect(fake.requests).not.toContain("POST /interrupt");
  });

  it("after the prompt ended while nobody listened, it takes what is there", async () => {
    const fake = await start();
    const gone = () => {
      throw new NodeError("worker-lost", "The process is gone.");
    };
    const first = await enter({ client: { follow: gone } });
    await until(() => fake.history.size === 1);
    const { result } = await enter({ context: { recorded: first.context.recorded } });
    expect(outputsOf(result).images).toHaveLength(1);
    expect(fake.submitted).toHaveLength(1);
  });

  it("after ComfyUI ended in mid-run, the prompt is sent again under its id", async () => {
    const fake = await start();
    gate(fake, "VAEDecode");
    const running = enter();
    await until(() => fake.requests.filter((request) => request === "GET /queue").length > 1);
    await fake.stop();
    const next = await start({ port: fake.port });
    expect(outputsOf((await running).result).images).toHaveLength(1);
    expect(submissions(next)[0]?.prompt_id).toBe(submissions(fake)[0]?.prompt_id);
  });
});

describe("one of several prompts that fails", () => {
  /** Two prompts that are held up in ComfyUI; the first is told to have failed like that once both are there. */
  async function failFirst(error: NodeError) {
    const fake = await start();
    const open = gate(fake, "VAEDecode");
    const config = { sweep: { steps: [1, 2] } };
    const first = await enter({
      config,
      client: {
        follow: async function* (given) {
          if (!given.promptId.endsWith("-0")) return yield* scene.client.follow(given);
          await until(() => fake.submitted.length === 2);
          throw error;
        },
      },
    });
    open();
    return { fake, first, again: () => enter({ config, context: { recorded: first.context.recorded } }) };
  }

  it("in passing leaves the others running: the next attempt goes on with all of them", async () => {
    const { fake, first, again } = await failFirst(new NodeError("network", "It broke off."));
    expect(first.result).toMatchObject({ type: "failed", failure: { code: "network" } });
    expect(outputsOf((await again()).result).images).toHaveLength(2);
    expect(fake.submitted).toHaveLength(2);
  });

  it("for good takes the others out of ComfyUI as well", async () => {
    const { fake, first } = await failFirst(new NodeError("tool", "It is out of memory."));
    expect(first.result).toMatchObject({ type: "failed", failure: { code: "tool" } });
    expect(fake.requests.some((request) => request === "POST /queue" || request === "POST /interrupt")).toBe(true);
  });
});

describe("what goes wrong", () => {
  it("names the inner node and what is wrong with it", async () => {
    await start();
    const { result } = await enter({ prompt: { ...sampler, "3": { ...sampler["3"], inputs: { ...sampler["3"].inputs, scheduler: "none" } } } });
    expect(result).toMatchObject({ type: "failed", failure: { code: "validation", happened: "no", message: expect.stringContaining('"Paint" (scheduler)') } });
  });

  it("says why a picture is missing, what a run failed of, and that it was stopped", async () => {
    await start();
    const ended = (end: object) =>
      enter({
        client: {
          follow: async function* () {
            yield end as never;
          },
        },
      });
    const messages = [
      await ended({ type: "finished", outputs: [], cached: [] }),
      await ended({ type: "failed", node: "3", nodeType: "KSampler", message: "out of memory", outputs: [] }),
      await ended({ type: "interrupted", node: "3", outputs: [] }),
      await ended({ type: "lost", reason: "removed" }),
    ].map(({ result }) => (result.type === "failed" ? result.failure.message : result.type));
    expect(messages).toEqual([
      'ComfyUI ended without a result of "SaveImage 9". Look at what leads to it in ComfyUI.',
      '"Paint" failed: out of memory',
      'It was stopped in ComfyUI at "Paint". Run the node again to have it made anew.',
      "Somebody took it out of ComfyUI's queue before it ran. Run the node again to have it made anew.",
    ]);
  });

  it("ends with a server that answers 500 in words, and with one that is away", async () => {
    const fake = await start();
    fake.faults.refusesPrompts = true;
    expect((await enter()).result).toMatchObject({ type: "failed", failure: { message: expect.not.stringContaining("Traceback") } });
    await fake.stop();
    expect((await enter()).result).toMatchObject({ type: "failed", failure: { code: "network" } });
  });

  it("ends with a server that takes requests and never answers, in time and with what to do", async () => {
    const quick = openComfyClients(scene.servers, { answerMs: 200 });
    const impatient = quick.clients.clientFor({ workspace: TEST_WORKSPACE });
    try {
      const fake = await start();
      fake.faults.isMute = true;
      const silent = {
        code: "network",
        message: expect.stringMatching(/^"Server conn_a" gave no complete answer within 200 ms\. Look whether ComfyUI still works/),
      };
      expect((await enter({ client: impatient })).result).toMatchObject({ type: "failed", failure: silent });
      expect((await enter({ client: impatient, config: { connection: "conn_a" } })).result).toMatchObject({ type: "failed", failure: silent });
      // it falls silent once the prompt runs there
      fake.faults.isMute = false;
      const open = gate(fake, "VAEDecode");
      const falling = enter({ client: { ...impatient, follow: (given) => impatient.follow({ ...given, unreachableLimitMs: 600 }) } });
      await until(() => fake.submitted.length === 1 && fake.clientIds().length === 1);
      fake.faults.isMute = true;
      fake.dropSockets();
      expect((await falling).result).toMatchObject({
        failure: { code: "network", message: expect.stringMatching(/did not answer for 0\.6 seconds: .*Look whether/) },
      });
      open();
    } finally {
      await quick.close();
    }
  });

  it("stops its own prompt when the run is stopped", async () => {
    const fake = await start();
    gate(fake, "VAEDecode");
    const stop = new AbortController();
    const running = enter({ context: { signal: stop.signal } });
    await until(() => fake.submitted.length === 1);
    stop.abort(new NodeError("cancelled", "The run was stopped."));
    expect((await running).result).toMatchObject({ type: "failed", failure: { code: "cancelled" } });
    await until(() => fake.requests.includes("POST /interrupt"));
  });

  it("asks for a picture, and refuses a sweep of what is not there", async () => {
    await start();
    expect((await enter({ prompt: invert, config: { values: { image: "a.png" } } })).result).toMatchObject({
      failure: { code: "validation", message: expect.stringContaining("choose one") },
    });
    expect((await enter({ config: { sweep: { colour: [1] } } })).result).toMatchObject({ failure: { message: expect.stringContaining('no input "colour"') } });
  });
});

it("is a tool that says what it makes, without what is set", () => {
  const { content } = readWorkflow({ prompt: sampler as unknown as WorkflowContent["prompt"] }, FAKE_OBJECT_INFO);
  const references: References = {
    "workflow:workflow_a": {
      kind: "workflow",
      workflow,
      version: 1,
      name: "Loom",
      description: "Paints looms.",
      hash: "1".repeat(64),
      ...describeWorkflow(content),
    },
  };
  const { tool } = comfyuiWorkflow;
  const config = comfyuiWorkflow.config.parse({ workflow, values: { steps: 4 } });
  const described = typeof tool === "function" ? tool(config, references) : undefined;
  expect(described?.description).toBe("Loom. Paints looms. Makes image.");
  expect(Object.keys((described?.input?.properties ?? {}) as object)).toContain("seed");
  expect(Object.keys((described?.input?.properties ?? {}) as object)).not.toContain("steps");
});
