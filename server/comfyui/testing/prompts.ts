import type { ExactJson } from "#nodes/kit/comfyui/exact-json.ts";
import type { ComfyPrompt } from "#nodes/kit/comfyui/service.ts";

/** Pictures from a text, with a seed that JavaScript's numbers cannot hold. Output: node 9. */
export function textToImage({
  seed = 18_446_744_073_709_551_557n,
  steps = 3,
  batch = 1,
}: {
  seed?: ExactJson;
  steps?: number;
  batch?: number;
} = {}): ComfyPrompt {
  return {
    "3": {
      class_type: "KSampler",
      inputs: {
        ...{ seed, steps, cfg: 8, sampler_name: "euler", scheduler: "normal", denoise: 1 },
        ...{ model: ["4", 0], positive: ["6", 0], negative: ["7", 0], latent_image: ["5", 0] },
      },
    },
    "4": { class_type: "CheckpointLoaderSimple", inputs: { ckpt_name: "small.safetensors" } },
    "5": { class_type: "EmptyLatentImage", inputs: { width: 64, height: 64, batch_size: batch } },
    "6": { class_type: "CLIPTextEncode", inputs: { text: "a loom", clip: ["4", 1] } },
    "7": { class_type: "CLIPTextEncode", inputs: { text: "", clip: ["4", 1] } },
    "8": { class_type: "VAEDecode", inputs: { samples: ["3", 0], vae: ["4", 2] } },
    "9": { class_type: "SaveImage", inputs: { images: ["8", 0], filename_prefix: "heddle/loom" }, _meta: { title: "Save" } },
  };
}

/** Two outputs, 3 and 5; the second one's picture is of `image`. */
export function twoOutputs({ image, colour = 1 }: { image: string; colour?: number }): ComfyPrompt {
  return {
    "1": { class_type: "EmptyImage", inputs: { width: 8, height: 8, batch_size: 1, color: colour } },
    "3": { class_type: "SaveImage", inputs: { images: ["1", 0], filename_prefix: "made" } },
    "4": { class_type: "LoadImage", inputs: { image } },
    "5": { class_type: "SaveImage", inputs: { images: ["4", 0], filename_prefix: "loaded" } },
  };
}
