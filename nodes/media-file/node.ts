import { z } from "zod";
import { defineNode } from "#runtime/node/define.ts";
import { fileField } from "#runtime/node/fields.ts";
import { port } from "#runtime/node/ports.ts";

const NOTES = { $asset: "22c5809df5055db56e89eb9f4121e552f5b2e86f5bf09cc044fd23607ec102aa", name: "notes.md", mediaType: "text/markdown", bytes: 27 };

export const mediaFile = defineNode({
  type: "media-file",
  version: 1,
  role: "step",
  title: "File",
  description: "Holds a file of the media library and hands it on; a picture goes into image inputs as well.",
  group: "media",
  icon: "paperclip",
  keywords: ["asset", "picture", "image", "document", "audio", "video", "upload", "media"],
  config: z.strictObject({
    file: fileField({ title: "File", description: "Choose one, drop it here, or drag it from the media library onto the board." }).optional(),
  }),
  ports: ({ file }) => ({
    inputs: {},
    outputs: { file: file?.mediaType?.startsWith("image/") ? port.image({ title: "Image" }) : port.file({ title: "File" }) },
  }),
  effect: "read",
  limits: { timeoutMs: 30_000, attempts: 4 },
  check: ({ file }) => (file ? [] : [{ path: "/file", message: "Choose a file." }]),
  summary: ({ file }) => file?.name ?? "",
  examples: [
    { name: "some notes", config: { file: NOTES }, inputs: {}, outputs: { file: NOTES } },
    {
      name: "a file that was deleted",
      config: { file: { ...NOTES, $asset: "0".repeat(64), name: "lost.md" } },
      inputs: {},
      fails: "validation",
    },
  ],
});
