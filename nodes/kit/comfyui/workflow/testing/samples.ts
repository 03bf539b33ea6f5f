import type { Json } from "#runtime/graph/json.ts";

/** What a server says of a few of ComfyUI's own classes, shortened. */
export const sampleClasses = {
  CheckpointLoaderSimple: classOf("Load Checkpoint", { required: { ckpt_name: [["tiny.safetensors", "large.safetensors"]] } }, ["MODEL", "CLIP", "VAE"]),
  EmptyLatentImage: classOf(
    "Empty Latent Image",
    {
      required: {
        width: ["INT", { default: 512, min: 16, max: 16384, step: 8 }],
        height: ["INT", { min: 16, max: 16384 }],
        batch_size: ["INT", { min: 1, max: 4096 }],
      },
    },
    ["LATENT"],
  ),
  CLIPTextEncode: classOf("CLIP Text Encode (Prompt)", { required: { text: ["STRING", { multiline: true }], clip: ["CLIP"] } }, ["CONDITIONING"]),
  KSampler: classOf(
    "KSampler",
    {
      required: {
        model: ["MODEL"],
        seed: ["INT", { default: 0, min: 0, max: 18446744073709551615n, control_after_generate: true }],
        steps: ["INT", { min: 1, max: 10000 }],
        cfg: ["FLOAT", { min: 0, max: 100, step: 0.1 }],
        sampler_name: [["euler", "heun"]],
        scheduler: [["normal", "karras"]],
        positive: ["CONDITIONING"],
        negative: ["CONDITIONING"],
        latent_image: ["LATENT"],
        denoise: ["FLOAT", { min: 0, max: 1, step: 0.01 }],
      },
    },
    ["LATENT"],
  ),
  VAEDecode: classOf("VAE Decode", { required: { samples: ["LATENT"], vae: ["VAE"] } }, ["IMAGE"]),
  LoadImage: classOf("Load Image", { required: { image: [["a.png"], { image_upload: true }] } }, ["IMAGE", "MASK"]),
  LoadImageMask: classOf("Load Image (as Mask)", { required: { image: [["a.png"], { image_upload: true }], channel: [["alpha", "red"]] } }, ["MASK"]),
  ImageBlend: classOf(
    "Blend",
    {
      required: { image1: ["IMAGE"], image2: ["IMAGE"], blend_factor: ["FLOAT", { min: 0, max: 1 }], blend_mode: ["COMBO", { options: ["normal", "screen"] }] },
    },
    ["IMAGE"],
  ),
  ImageInvert: classOf("Invert Image", { required: { image: ["IMAGE"] } }, ["IMAGE"]),
  SaveImage: { ...classOf("Save Image", { required: { images: ["IMAGE"], filename_prefix: ["STRING", { default: "ComfyUI" }] } }, []), output_node: true },
  PreviewImage: { ...classOf("Preview Image", { required: { images: ["IMAGE"] } }, []), output_node: true },
};

function classOf(display_name: string, input: { required: Record<string, unknown[]> }, output: string[]) {
  return {
    display_name,
    input,
    input_order: { required: Object.keys(input.required) },
    output,
    output_name: output,
    description: "",
    category: "",
    python_module: "nodes",
    output_node: false,
  };
}

export const BIG_SEED = "18446744073709551615";

/** Makes a picture of a text, in the API format; its seed is the largest there is. */
export const textToImagePrompt = `{
  "4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "tiny.safetensors"}, "_meta": {"title": "Load Checkpoint"}},
  "5": {"class_type": "EmptyLatentImage", "inputs": {"width": 256, "height": 192, "batch_size": 1}, "_meta": {"title": "Size"}},
  "6": {"class_type": "CLIPTextEncode", "inputs": {"text": "a red fox in snow", "clip": ["4", 1]}, "_meta": {"title": "Prompt"}},
  "7": {"class_type": "CLIPTextEncode", "inputs": {"text": "blurry", "clip": ["4", 1]}, "_meta": {"title": "Prompt"}},
  "3": {"class_type": "KSampler", "inputs": {"seed": ${BIG_SEED}, "steps": 8, "cfg": 7.0, "sampler_name": "euler", "scheduler": "normal", "denoise": 1.0,
        "model": ["4", 0], "positive": ["6", 0], "negative": ["7", 0], "latent_image": ["5", 0]}, "is_changed": [NaN], "_meta": {"title": "KSampler"}},
  "8": {"class_type": "VAEDecode", "inputs": {"samples": ["3", 0], "vae": ["4", 2]}, "_meta": {"title": "VAE Decode"}},
  "9": {"class_type": "SaveImage", "inputs": {"filename_prefix": "heddle", "images": ["8", 0]}, "_meta": {"title": "Save Image"}}
}`;

/** Inverts a picture that is given to it. */
export const invertPrompt = {
  "1": { class_type: "LoadImage", inputs: { image: "a.png" }, _meta: { title: "Photo" } },
  "2": { class_type: "ImageInvert", inputs: { image: ["1", 0] }, _meta: { title: "Invert" } },
  "3": { class_type: "SaveImage", inputs: { images: ["2", 0], filename_prefix: "inverted" }, _meta: { title: "Save Image" } },
};

type Slot = [name: string, type: string, link: number | null, widget?: true];

/** A node as the editor saves it. */
export function uiNode(
  id: number | string,
  type: string,
  more: { inputs?: Slot[]; outputs?: number[][]; values?: Json; mode?: number; title?: string; properties?: Json },
) {
  const { inputs = [], outputs = [], values, mode = 0, title, properties = {} } = more;
  return {
    ...{ id, type, mode, properties, pos: [Number(id) * 100, 50], size: [300, 100] },
    ...(title && { title }),
    inputs: inputs.map(([name, slotType, link, widget]) => ({ name, type: slotType, link, ...(widget && { widget: { name } }) })),
    outputs: outputs.map((links, slot) => ({ name: `out ${slot}`, type: "*", links })),
    ...(values !== undefined && { widgets_values: values }),
  };
}
