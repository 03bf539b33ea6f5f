import { z } from "zod";
import type { ComfyOutput } from "#nodes/kit/comfyui/service.ts";

/** Files and texts one node may have in one answer; the rest is not looked at. */
const MOST_PARTS = 1_000;

const fileSchema = z.object({
  filename: z.string().min(1).max(1_000),
  subfolder: z.string().max(1_000).default(""),
  type: z.enum(["output", "input", "temp"]).default("output"),
});

/** What a node yielded: `{ images: [file…], text: [text…], … }`. Whatever is neither a file nor a text is left out. */
export function readOutput(node: string, output: unknown): ComfyOutput {
  const files: ComfyOutput["files"] = [];
  const texts: string[] = [];
  if (typeof output === "object" && output !== null) {
    for (const [key, parts] of Object.entries(output)) {
      if (!Array.isArray(parts)) continue;
      for (const part of parts.slice(0, MOST_PARTS)) {
        const file = fileSchema.safeParse(part);
        if (file.success) files.push({ ...file.data, key });
        else if (typeof part === "string" && key === "text") texts.push(part);
      }
    }
  }
  return { node, files, texts };
}
