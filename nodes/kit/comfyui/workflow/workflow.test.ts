import { deflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { Json } from "#runtime/graph/json.ts";
import { type WorkflowInput, workflowContentSchema } from "#runtime/node/workflow.ts";
import { stringifyExactJson } from "../exact-json.ts";
import { combinations, seedFor } from "./combinations.ts";
import { describeWorkflow } from "./describe-workflow.ts";
import { fillPrompt } from "./fill-prompt.ts";
import { readWorkflow, readWorkflowFile, readWorkflowText } from "./read-workflow.ts";
import { BIG_SEED, invertPrompt, sampleClasses, textToImagePrompt, uiNode } from "./testing/samples.ts";

const fromText = (text: string, classes: unknown = sampleClasses) => readWorkflow(readWorkflowText(text), classes ?? undefined);
const fromUi = (graph: unknown, classes: unknown = sampleClasses) => fromText(JSON.stringify(graph), classes);
const named = (inputs: readonly WorkflowInput[], name: string) => inputs.find((input) => input.name === name);

/** What the process has computed since then: what others do on the machine does not count. */
function spentMs(began: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1_000;
}

describe("a workflow in the API format", () => {
  const { content, missing, warnings } = fromText(textToImagePrompt);

  it("is read with what can be set, and what of it is usual", () => {
    expect(workflowContentSchema.safeParse(content).error).toBeUndefined();
    expect({ missing, warnings }).toEqual({ missing: [], warnings: [] });
    expect(content.inputs.filter(({ isShown }) => isShown).map(({ name }) => name)).toEqual([
      "positive_prompt",
      "negative_prompt",
      "seed",
      "steps",
      "cfg",
      "denoise",
      "width",
      "height",
      "batch_size",
    ]);
    expect(named(content.inputs, "ckpt_name")).toMatchObject({ type: "choice", choices: ["tiny.safetensors", "large.safetensors"], isShown: false });
    expect(named(content.inputs, "width")).toMatchObject({ type: "integer", default: 256, min: 16, max: 16384, step: 8 });
    expect(named(content.inputs, "positive_prompt")).toMatchObject({ type: "text", default: "a red fox in snow", isLong: true, node: "6", field: "text" });
    expect(content.outputs).toMatchObject([{ name: "image", type: "image", node: "9", isShown: true }]);
  });

  it("keeps a seed beyond 2^53 exactly, from the file to the wire", () => {
    expect(named(content.inputs, "seed")).toMatchObject({ type: "seed", default: BIG_SEED, min: "0", max: BIG_SEED });
    const stored = JSON.parse(JSON.stringify(content));
    expect(stringifyExactJson(fillPrompt(stored, {}))).toContain(`"seed":${BIG_SEED}`);
    expect(stringifyExactJson(fillPrompt(stored, { seed: "9007199254740993" }))).toContain('"seed":9007199254740993');
  });

  it("refuses values that do not fit, and says what would", () => {
    expect(() => fillPrompt(content, { width: 8 })).toThrow('"Width" takes a whole number from 16 to 16384.');
    expect(() => fillPrompt(content, { seed: "-1" })).toThrow(`from 0 to ${BIG_SEED}`);
    expect(() => fillPrompt(content, { seed: 2 ** 60 })).toThrow("must come as text");
    expect(() => fillPrompt(content, { cfg: "lots" })).toThrow('"CFG" takes a number.');
  });

  it("is described like anything that is called", () => {
    const { input, outputs, outputTitles } = describeWorkflow(content);
    expect(outputs).toEqual({ image: "image" });
    expect(outputTitles).toEqual({ image: "Image" });
    expect(named(content.inputs, "ckpt_name")).toMatchObject({ title: "Checkpoint" });
    expect(input).toMatchObject({
      properties: { seed: { type: "string", default: BIG_SEED }, steps: { type: "integer", minimum: 1, maximum: 10000 } },
      required: [],
    });
    expect(describeWorkflow(fromUi(invertPrompt).content).input).toMatchObject({ required: ["image"] });
  });

  it("can be read without a server, and tells what that costs", () => {
    const guessed = fromText(textToImagePrompt, null);
    expect(guessed.warnings).toHaveLength(1);
    expect(named(guessed.content.inputs, "seed")).toMatchObject({ type: "seed", default: BIG_SEED });
    expect(guessed.content.outputs).toMatchObject([{ name: "image", type: "image" }]);
    expect(readWorkflow({ prompt: invertPrompt as never }, undefined).content.inputs).toMatchObject([
      { name: "image", type: "image", hasMask: false },
      { type: "text" },
    ]);
  });

  it("is read in no time, be its wires ever so many and its values named alike", () => {
    const wires = Array.from({ length: 60 }, (_, at) => [`conditioning_${at}`, [String(at), 0]]);
    const tangle = Array.from({ length: 60 }, (_, at) => [
      at,
      { class_type: "Combine", inputs: { ...Object.fromEntries(wires), text: "a", positive: ["0", 0] } },
    ]);
    const alike = Array.from({ length: 1_900 }, (_, at) => [1_000 + at, { class_type: "Note", inputs: { text: "b", other: "c", more: "d" } }]);
    const began = process.cpuUsage();
    const { content, warnings } = readWorkflow({ prompt: Object.fromEntries([...tangle, ...alike]) }, undefined);
    expect(spentMs(began)).toBeLessThan(5_000);
    expect(content.inputs).toHaveLength(500);
    expect(warnings).toContainEqual(expect.stringContaining(`has ${60 + 3 * 1_900} values`));
    expect(workflowContentSchema.shape.inputs.safeParse(content.inputs).error).toBeUndefined();
  });

  it("may always be run with the seed it has", () => {
    const { content } = readWorkflow({ prompt: { "1": { class_type: "Any", inputs: { seed: -1 } } } }, undefined);
    expect(content.inputs).toMatchObject([{ type: "seed", default: "-1", min: "-1", max: BIG_SEED }]);
    expect(fillPrompt(content, { seed: "-1" })["1"]?.inputs.seed).toBe(-1n);
  });

  it("names classes that the server does not have", () => {
    const prompt = { ...invertPrompt, "2": { class_type: "Glow (rgthree)", inputs: { image: ["1", 0] }, _meta: { title: "Glow" } } };
    expect(fromUi(prompt).missing).toEqual([{ name: "Glow (rgthree)", nodes: ["Glow"] }]);
  });
});

describe("a workflow that the editor saved", () => {
  it("becomes what the editor would send: values by name, without seed control and upload button", () => {
    const { content } = fromUi({
      nodes: [
        uiNode(1, "LoadImageMask", { values: ["a.png", "red", "image"], outputs: [[]] }),
        uiNode(3, "KSampler", {
          inputs: [
            ["model", "MODEL", 1],
            ["positive", "CONDITIONING", null],
            ["negative", "CONDITIONING", null],
            ["latent_image", "LATENT", null],
          ],
          values: [42, "randomize", 8, 7, "euler", "normal", 0.5],
        }),
        uiNode(4, "CheckpointLoaderSimple", { outputs: [[1], [], []], values: ["tiny.safetensors"] }),
        uiNode(10, "Note", { values: ["do not touch"] }),
      ],
      links: [[1, 4, 0, 3, 0, "MODEL"]],
    });
    expect(content.prompt["3"]).toEqual({
      class_type: "KSampler",
      inputs: { seed: 42, steps: 8, cfg: 7, sampler_name: "euler", scheduler: "normal", denoise: 0.5, model: ["4", 0] },
      _meta: { title: "KSampler" },
    });
    expect(content.prompt["1"]?.inputs).toEqual({ image: "a.png", channel: "red" });
    expect(Object.keys(content.prompt)).toEqual(["1", "3", "4"]);
    expect(content.positions["4"]).toEqual({ x: 400, y: 50 });
    expect(content.format).toBe("ui");
  });

  it("keeps values in step where the seed has no control behind it", () => {
    const { content } = fromUi({ nodes: [uiNode(3, "KSampler", { inputs: [["model", "MODEL", null]], values: [42, 8, 7, "euler", "normal", 1] })], links: [] });
    expect(content.prompt["3"]?.inputs).toEqual({ seed: 42, steps: 8, cfg: 7, sampler_name: "euler", scheduler: "normal", denoise: 1 });
  });

  const chain = (middle: ReturnType<typeof uiNode>) => ({
    nodes: [
      uiNode(1, "LoadImage", { values: ["a.png", "image"], outputs: [[1], []] }),
      middle,
      uiNode(3, "SaveImage", { inputs: [["images", "IMAGE", 2]], values: ["x"] }),
    ],
    links: [
      [1, 1, 0, 2, 0, "IMAGE"],
      [2, 2, 0, 3, 0, "IMAGE"],
    ],
  });

  it.each([
    ["a reroute", uiNode(2, "Reroute", { inputs: [["", "*", 1]], outputs: [[2]] })],
    ["a bypassed node", uiNode(2, "ImageInvert", { inputs: [["image", "IMAGE", 1]], outputs: [[2]], mode: 4 })],
  ])("leads through %s", (_, middle) => {
    const { prompt } = fromUi(chain(middle)).content;
    expect(prompt["3"]?.inputs).toEqual({ filename_prefix: "x", images: ["1", 0] });
    expect(Object.keys(prompt)).toEqual(["1", "3"]);
  });

  it("leaves out what is muted, and the wires to it", () => {
    const { prompt } = fromUi(chain(uiNode(2, "ImageInvert", { inputs: [["image", "IMAGE", 1]], outputs: [[2]], mode: 2 }))).content;
    expect(prompt["3"]?.inputs).toEqual({ filename_prefix: "x" });
  });

  it("puts the value of a primitive where its wire leads", () => {
    const { prompt } = fromUi({
      nodes: [
        uiNode(1, "PrimitiveNode", { outputs: [[1]], values: [640, "fixed"] }),
        uiNode(2, "EmptyLatentImage", { inputs: [["width", "INT", 1, true]], outputs: [[]], values: [512, 512, 1] }),
      ],
      links: [[1, 1, 0, 2, 0, "INT"]],
    }).content;
    expect(prompt["2"]?.inputs).toEqual({ width: 640, height: 512, batch_size: 1 });
  });

  it("opens sub-graphs, also inside each other, with ids and values of where they are used", () => {
    const inner = {
      nodes: [uiNode(7, "ImageInvert", { inputs: [["image", "IMAGE", 1]], outputs: [[2]] })],
      links: [
        { id: 1, origin_id: -10, origin_slot: 0, target_id: 7, target_slot: 0, type: "IMAGE" },
        { id: 2, origin_id: 7, origin_slot: 0, target_id: -20, target_slot: 0, type: "IMAGE" },
      ],
    };
    const definition = (id: string, more: object) => ({
      id,
      name: id,
      inputs: [
        { name: "image", type: "IMAGE" },
        { name: "factor", type: "FLOAT" },
      ],
      outputs: [{ name: "IMAGE", type: "IMAGE" }],
      ...more,
    });
    const outer = {
      nodes: [
        uiNode(5, "inner", { inputs: [["image", "IMAGE", 1]], outputs: [[2]] }),
        uiNode(6, "ImageBlend", {
          inputs: [
            ["image1", "IMAGE", 2],
            ["image2", "IMAGE", 3],
            ["blend_factor", "FLOAT", 5, true],
          ],
          outputs: [[4]],
          values: [0.1, "screen"],
        }),
      ],
      links: [
        [1, -10, 0, 5, 0, "IMAGE"],
        [2, 5, 0, 6, 0, "IMAGE"],
        [3, -10, 0, 6, 1, "IMAGE"],
        [4, 6, 0, -20, 0, "IMAGE"],
        [5, -10, 1, 6, 2, "FLOAT"],
      ],
    };
    const { content, missing } = fromUi({
      ...chain(
        uiNode(2, "outer", {
          inputs: [
            ["image", "IMAGE", 1],
            ["factor", "FLOAT", null, true],
          ],
          outputs: [[2]],
          values: [0.75],
        }),
      ),
      definitions: { subgraphs: [definition("inner", inner), definition("outer", outer)] },
    });
    expect(missing).toEqual([]);
    expect(content.prompt["2:5:7"]?.inputs).toEqual({ image: ["1", 0] });
    expect(content.prompt["2:6"]?.inputs).toEqual({ image1: ["2:5:7", 0], image2: ["1", 0], blend_factor: 0.75, blend_mode: "screen" });
    expect(content.prompt["3"]?.inputs).toEqual({ filename_prefix: "x", images: ["2:6", 0] });
  });

  it("tells unknown classes and what may bring them, and ends even when wires run in a circle", () => {
    const unknown = uiNode(2, "SuperGlow", {
      inputs: [
        ["image", "IMAGE", 1],
        ["strength", "FLOAT", null, true],
      ],
      outputs: [[2]],
      values: [0.3],
      title: "Glow",
      properties: { cnr_id: "glow-pack" },
    });
    const { content, missing } = fromUi(chain(unknown));
    expect(missing).toEqual([{ name: "SuperGlow", nodes: ["Glow"], extension: "glow-pack" }]);
    expect(content.prompt["2"]?.inputs).toEqual({ image: ["1", 0], strength: 0.3 });
    expect(fromUi(chain({ ...unknown, type: "constructor" })).missing).toMatchObject([{ name: "constructor" }]);
    const circle = {
      nodes: [uiNode(1, "Reroute", { inputs: [["", "*", 1]], outputs: [[1]] }), uiNode(2, "SaveImage", { inputs: [["images", "IMAGE", 1]], values: ["x"] })],
      links: [[1, 1, 0, 1, 0, "IMAGE"]],
    };
    expect(fromUi(circle).content.prompt["2"]?.inputs).toEqual({ filename_prefix: "x" });
  });

  it("is refused where its sub-graphs stand for more than can be computed", () => {
    const uses = (type: string, count: number) => Array.from({ length: count }, (_, at) => uiNode(at, type, {}));
    const nested = (definitions: object[]) => ({ nodes: uses("a", 1), links: [], definitions: { subgraphs: definitions } });
    const definition = (id: string, nodes: object[]) => ({ id, name: id, nodes, links: [], inputs: [], outputs: [] });
    expect(() => fromUi(nested([definition("a", uses("a", 100))]))).toThrow("one is inside itself");
    const doubling = ["a", "b", "c", "d"].map((id, at) => definition(id, uses("bcdX"[at] ?? "", 100)));
    expect(() => fromUi(nested(doubling))).toThrow("too entangled");
    const many = [definition("a", uses("b", 100)), definition("b", uses("ImageInvert", 100))];
    expect(() => fromUi(nested(many))).toThrow("more than 2000 nodes");
  });

  it("cannot be read without a server, and says what to do", () => {
    expect(() => fromUi(chain(uiNode(2, "Reroute", {})), null)).toThrow("choose a ComfyUI server");
    expect(() => fromUi({ nodes: [], links: [] })).toThrow("Nothing in this workflow would run");
  });
});

describe("a picture", () => {
  const png = (...chunks: [string, Uint8Array][]) =>
    Buffer.concat([
      Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
      ...[...chunks, ["IEND", new Uint8Array()] as const].map(([type, data]) => {
        const head = Buffer.alloc(4);
        head.writeUInt32BE(data.length);
        return Buffer.concat([head, Buffer.from(type), data, Buffer.alloc(4)]);
      }),
    ]);
  const text = JSON.stringify(invertPrompt);

  it.each<[string, Uint8Array]>([
    ["tEXt", Buffer.from(`prompt\0${text}`)],
    ["zTXt", Buffer.concat([Buffer.from("prompt\0\0"), deflateSync(text)])],
    ["iTXt", Buffer.from(`prompt\0\0\0\0\0${text}`)],
    ["iTXt", Buffer.concat([Buffer.from("prompt\0\x01\0en\0x\0"), deflateSync(text)])],
  ])("that ComfyUI wrote carries its workflow (%s)", async (type, data) => {
    expect((await readWorkflowFile(png([type, data]))).prompt).toEqual(invertPrompt);
  });

  it("has what ran from one text and where it stood from the other", async () => {
    const ui = { nodes: [uiNode(2, "ImageInvert", {})], links: [] };
    const source = await readWorkflowFile(png(["tEXt", Buffer.from(`prompt\0${text}`)], ["tEXt", Buffer.from(`workflow\0${JSON.stringify(ui)}`)]));
    const { content } = readWorkflow(source, undefined);
    expect(content).toMatchObject({ format: "api", positions: { "2": { x: 200, y: 50 } } });
  });

  it("without a workflow, or with a bomb for one, is refused in words", async () => {
    await expect(readWorkflowFile(png())).rejects.toThrow("carries no workflow");
    const bomb = Buffer.concat([Buffer.from("prompt\0\0"), deflateSync(Buffer.alloc(64 * 1024 * 1024, 32))]);
    await expect(readWorkflowFile(png(["zTXt", bomb]))).rejects.toThrow("carries no workflow");
    await expect(readWorkflowFile(png().subarray(0, 20))).rejects.toThrow("carries no workflow");
    // one bomb is unpacked, and none of those that follow it
    const began = process.cpuUsage();
    const bombs = Array.from({ length: 1_000 }, (_, at): [string, Uint8Array] => [
      "zTXt",
      at % 2 ? bomb : Buffer.concat([Buffer.from("notes\0\0"), bomb.subarray(8)]),
    ]);
    await expect(readWorkflowFile(png(...bombs))).rejects.toThrow("carries no workflow");
    expect(spentMs(began)).toBeLessThan(5_000);
  });
});

it.each<[string, Json | string]>([
  ["no JSON", "{"],
  ["a list", []],
  ["something else", { a: 1 }],
  ["a prompt that wraps itself", { prompt: { prompt: {} } }],
  ["damaged nodes", { nodes: [{}] }],
  ["a wrapped text that is none", { prompt: "{" }],
  ["a bottomless list", "[".repeat(200_000)],
])("refuses %s in words", (_, value) => {
  expect(() => readWorkflowText(typeof value === "string" ? value : JSON.stringify(value))).toThrow(/Export \(API\)/);
});

it("takes a file that wraps a workflow, as text or not", () => {
  expect(readWorkflowText(JSON.stringify({ prompt: invertPrompt })).prompt).toEqual(invertPrompt);
  expect(readWorkflowText(JSON.stringify({ prompt: JSON.stringify(invertPrompt), client_id: "x" })).prompt).toEqual(invertPrompt);
});

describe("combinations", () => {
  it("are every one of the values, repeated, and at most 100", () => {
    expect(combinations({ sweep: { steps: [4, 8], cfg: [1], none: [] }, repeat: 2 })).toEqual([
      { steps: 4, cfg: 1 },
      { steps: 4, cfg: 1 },
      { steps: 8, cfg: 1 },
      { steps: 8, cfg: 1 },
    ]);
    expect(() => combinations({ sweep: { a: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], b: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] }, repeat: 2 })).toThrow("200 combinations");
  });

  it("have seeds that stay, grow or are any", () => {
    const input = named(fromText(textToImagePrompt).content.inputs, "seed");
    if (input?.type !== "seed") throw new Error("There is no seed.");
    const seeds = (control: "fixed" | "increment" | "random", value?: unknown) =>
      [0, 1].map((index) => seedFor({ input, value, control, index, random: () => 2n ** 64n - 2n + BigInt(index) }));
    expect(seeds("fixed")).toEqual([BIG_SEED, BIG_SEED]);
    expect(seeds("increment")).toEqual([BIG_SEED, "0"]);
    expect(seeds("increment", "9007199254740992")).toEqual(["9007199254740992", "9007199254740993"]);
    expect(seeds("random")).toEqual(["18446744073709551614", BIG_SEED]);
  });
});
