import type { ExactJson } from "#nodes/kit/comfyui/exact-json.ts";

/** By name: its type with bounds, or a list of choices. */
type Inputs = Record<string, [type: string | string[], options?: Record<string, ExactJson>]>;

interface FakeClass {
  title?: string;
  category: string;
  inputs: Inputs;
  output?: string[];
  isOutput?: boolean;
}

const int = (initial: number, min: number, max: number): Inputs[string] => ["INT", { default: initial, min, max }];
const float = (initial: number, min: number, max: number): Inputs[string] => ["FLOAT", { default: initial, min, max, step: 0.01 }];
const LARGEST_SEED = 18_446_744_073_709_551_615n;
const size = { width: int(512, 1, 16_384), height: int(512, 1, 16_384) };

const classes: Record<string, FakeClass> = {
  EmptyImage: { category: "image", inputs: { ...size, batch_size: int(1, 1, 4_096), color: int(0, 0, 0xff_ff_ff) }, output: ["IMAGE"] },
  LoadImage: { title: "Load Image", category: "image", inputs: { image: [[], { image_upload: true }] }, output: ["IMAGE", "MASK"] },
  LoadImageMask: {
    title: "Load Image (as Mask)",
    category: "mask",
    inputs: { image: [[], { image_upload: true }], channel: [["alpha", "red", "green", "blue"]] },
    output: ["MASK"],
  },
  MaskToImage: { title: "Convert Mask to Image", category: "mask", inputs: { mask: ["MASK"] }, output: ["IMAGE"] },
  ImageInvert: { title: "Invert Image", category: "image", inputs: { image: ["IMAGE"] }, output: ["IMAGE"] },
  ImageBlur: { category: "image/postprocessing", inputs: { image: ["IMAGE", {}], blur_radius: int(1, 1, 31), sigma: float(1, 0.1, 10) }, output: ["IMAGE"] },
  ImageBlend: {
    category: "image/postprocessing",
    inputs: {
      image1: ["IMAGE", {}],
      image2: ["IMAGE", {}],
      blend_factor: float(0.5, 0, 1),
      blend_mode: ["COMBO", { options: ["normal", "multiply", "screen"] }],
    },
    output: ["IMAGE"],
  },
  ImagePadForOutpaint: {
    title: "Pad Image for Outpainting",
    category: "image",
    inputs: {
      image: ["IMAGE"],
      left: int(0, 0, 16_384),
      top: int(0, 0, 16_384),
      right: int(0, 0, 16_384),
      bottom: int(0, 0, 16_384),
      feathering: int(40, 0, 16_384),
    },
    output: ["IMAGE", "MASK"],
  },
  ImageScale: {
    title: "Upscale Image",
    category: "image/upscaling",
    inputs: { image: ["IMAGE"], upscale_method: [["nearest-exact", "bilinear", "area", "bicubic", "lanczos"]], ...size, crop: [["disabled", "center"]] },
    output: ["IMAGE"],
  },
  SaveImage: { title: "Save Image", category: "image", inputs: { images: ["IMAGE", {}], filename_prefix: ["STRING", { default: "ComfyUI" }] }, isOutput: true },
  PreviewImage: { title: "Preview Image", category: "image", inputs: { images: ["IMAGE"] }, isOutput: true },
  PreviewAny: { title: "Preview Any", category: "utils", inputs: { source: ["*", {}] }, isOutput: true },
  CheckpointLoaderSimple: {
    title: "Load Checkpoint",
    category: "loaders",
    inputs: { ckpt_name: [["small.safetensors", "v1-5-pruned-emaonly-fp16.safetensors"], {}] },
    output: ["MODEL", "CLIP", "VAE"],
  },
  CLIPTextEncode: {
    title: "CLIP Text Encode (Prompt)",
    category: "conditioning",
    inputs: { text: ["STRING", { multiline: true, dynamicPrompts: true }], clip: ["CLIP", {}] },
    output: ["CONDITIONING"],
  },
  EmptyLatentImage: { title: "Empty Latent Image", category: "latent", inputs: { ...size, batch_size: int(1, 1, 4_096) }, output: ["LATENT"] },
  VAEDecode: { title: "VAE Decode", category: "latent", inputs: { samples: ["LATENT", {}], vae: ["VAE", {}] }, output: ["IMAGE"] },
  KSampler: {
    category: "sampling",
    inputs: {
      model: ["MODEL", {}],
      seed: ["INT", { default: 0, min: 0, max: LARGEST_SEED, control_after_generate: true }],
      steps: int(20, 1, 10_000),
      cfg: float(8, 0, 100),
      sampler_name: [["euler", "euler_ancestral", "dpmpp_2m"], {}],
      scheduler: [["simple", "normal", "karras"], {}],
      positive: ["CONDITIONING", {}],
      negative: ["CONDITIONING", {}],
      latent_image: ["LATENT", {}],
      denoise: float(1, 0, 1),
    },
    output: ["LATENT"],
  },
};

/** What the fake answers to `GET /object_info`: a few classes in the form of ComfyUI 0.3.64. */
export const FAKE_OBJECT_INFO: Record<string, ExactJson> = Object.fromEntries(
  Object.entries(classes).map(([name, { title, category, inputs, output = [], isOutput = false }]): [string, ExactJson] => [
    name,
    {
      input: { required: inputs as Record<string, ExactJson> },
      input_order: { required: Object.keys(inputs) },
      ...{ output, output_is_list: output.map(() => false), output_name: output },
      ...{ name, display_name: title ?? null, description: "", python_module: "nodes", category, output_node: isOutput },
    },
  ]),
);

export function fakeClass(name: string): FakeClass | undefined {
  return Object.hasOwn(classes, name) ? classes[name] : undefined;
}
