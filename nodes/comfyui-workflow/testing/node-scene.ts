import { afterEach, beforeEach } from "vitest";
import { workflowIdSchema } from "#runtime/graph/ids.ts";
import type { References } from "#runtime/node/references.ts";
import type { WorkflowContent } from "#runtime/node/workflow.ts";
import type { ComfyClients } from "#server/comfyui/client.ts";
import { openComfyClients, TEST_WORKSPACE, type TestServer } from "#server/comfyui/testing/comfy-clients.ts";
import { type FakeComfy, startFakeComfy } from "#server/comfyui/testing/fake-comfyui.ts";
import { FAKE_OBJECT_INFO } from "#server/comfyui/testing/fake-object-info.ts";
import { assetStore } from "../../kit/assets/service.ts";
import { workflowVersions } from "../../kit/comfyui/library.ts";
import { type ComfyClient, comfyClient } from "../../kit/comfyui/service.ts";
import { describeWorkflow } from "../../kit/comfyui/workflow/describe-workflow.ts";
import { readWorkflow } from "../../kit/comfyui/workflow/read-workflow.ts";
import { createFakeAssetStore, type FakeAssetStore } from "../../kit/testing/fake-asset-store.ts";
import { createFakeContext, type FakeContextOptions } from "../../kit/testing/fake-context.ts";
import { runExample } from "../../kit/testing/run-example.ts";
import execute from "../execute.ts";

export const workflow = workflowIdSchema.parse("workflow_a");
export const invert = {
  "1": { class_type: "LoadImage", inputs: { image: "a.png" }, _meta: { title: "Photo" } },
  "2": { class_type: "ImageInvert", inputs: { image: ["1", 0] }, _meta: { title: "Turn around" } },
  "3": { class_type: "SaveImage", inputs: { images: ["2", 0], filename_prefix: "inverted" }, _meta: { title: "Keep it" } },
};
export const sampler = {
  "4": { class_type: "CheckpointLoaderSimple", inputs: { ckpt_name: "small.safetensors" } },
  "5": { class_type: "EmptyLatentImage", inputs: { width: 64, height: 48, batch_size: 1 } },
  "6": { class_type: "CLIPTextEncode", inputs: { text: "a loom", clip: ["4", 1] } },
  "3": {
    class_type: "KSampler",
    inputs: {
      ...{ seed: 7, steps: 2, cfg: 7, sampler_name: "euler", scheduler: "normal", denoise: 1 },
      ...{ model: ["4", 0], positive: ["6", 0], negative: ["6", 0], latent_image: ["5", 0] },
    },
    _meta: { title: "Paint" },
  },
  "8": { class_type: "VAEDecode", inputs: { samples: ["3", 0], vae: ["4", 2] } },
  "9": { class_type: "SaveImage", inputs: { filename_prefix: "loom", images: ["8", 0] } },
};

export interface Entering {
  prompt?: object;
  config?: Record<string, unknown>;
  inputs?: Record<string, never> | Record<string, unknown>;
  context?: FakeContextOptions;
  client?: Partial<ComfyClient>;
}

/** Fake servers, and the node that uses them: new ones for each test of the file. */
export function nodeScene() {
  let fakes: FakeComfy[] = [];
  let servers: TestServer[] = [];
  let opened: { clients: ComfyClients; close(): Promise<void> };
  let client: ComfyClient;
  let files: FakeAssetStore;

  beforeEach(() => {
    fakes = [];
    servers = [];
    files = createFakeAssetStore();
    opened = openComfyClients(() => servers);
    client = opened.clients.clientFor({ workspace: TEST_WORKSPACE });
  });
  afterEach(async () => {
    await opened.close();
    await Promise.all(fakes.map((fake) => fake.stop()));
  });

  async function start(options: Parameters<typeof startFakeComfy>[0] = {}): Promise<FakeComfy> {
    const fake = await startFakeComfy(options);
    fakes.push(fake);
    if (options.port === undefined) servers.push({ id: `conn_${"abc"[servers.length]}`, url: fake.url });
    return fake;
  }

  /** Enters the node once, as an attempt does. */
  async function enter({ prompt = sampler, config = {}, inputs = {}, context: options = {}, client: more = {} }: Entering = {}) {
    const { content } = readWorkflow({ prompt: prompt as unknown as WorkflowContent["prompt"] }, FAKE_OBJECT_INFO);
    const references: References = {
      "workflow:workflow_a": { kind: "workflow", workflow, version: 1, name: "Loom", hash: "1".repeat(64), ...describeWorkflow(content) },
    };
    const context = createFakeContext({
      timeoutMs: 60_000,
      ...options,
      provide: (registry) => {
        registry.provide(comfyClient, { ...client, ...more });
        registry.provide(assetStore, files);
        registry.provide(workflowVersions, { read: async () => content });
      },
    });
    const result = await runExample(execute, { config: { workflow, ...config }, inputs: inputs as never, references }, context);
    return { result, context };
  }

  return {
    ...{ start, enter },
    get client() {
      return client;
    },
    get files() {
      return files;
    },
    servers: () => servers,
  };
}

export const outputsOf = (result: Awaited<ReturnType<ReturnType<typeof nodeScene>["enter"]>>["result"]) => {
  if (result.type !== "done") throw new Error(JSON.stringify(result));
  return result.outputs as { image: { $asset: string }; images: unknown[]; results: { values: Record<string, unknown> }[] };
};

export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
}

export const submissions = (fake: FakeComfy) =>
  fake.submitted.map((text) => JSON.parse(text) as { prompt_id: string; prompt: Record<string, { inputs: Record<string, unknown> }> });
