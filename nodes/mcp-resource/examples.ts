import type { z } from "zod";
import { connectionIdSchema } from "#runtime/graph/ids.ts";
import type { NodeExample } from "#runtime/node/define.ts";
import type { mcpResourceConfig } from "./config.ts";

const connection = connectionIdSchema.parse("conn_files");

/** Three bytes, by their hash. */
const PICTURE = { $asset: "ae4b3280e56e2faf83f414a6e3dabe9d5fbe18976544c05fed121accb85b53fc", name: "picture", mediaType: "image/png", bytes: 3 };

/** `notes://` is answered by a fake in the contract suite. */
export const mcpResourceExamples: NodeExample<z.input<typeof mcpResourceConfig>>[] = [
  {
    name: "reads the note whose name is wired to it",
    config: { connection, uri: "notes://all/{name}" },
    inputs: { name: "loom.json" },
    outputs: {
      text: '{"threads":120}',
      json: { threads: 120 },
      contents: [{ uri: "notes://all/loom.json", mimeType: "application/json", text: '{"threads":120}' }],
    },
  },
  {
    name: "keeps a picture as a file",
    config: { connection, uri: "notes://all/{name}", variables: { name: "picture" } },
    inputs: {},
    outputs: { contents: [{ uri: "notes://all/picture", mimeType: "image/png", file: PICTURE }], image: PICTURE, files: [PICTURE] },
  },
  { name: "fails when there is no such resource", config: { connection, uri: "notes://gone" }, inputs: {}, fails: "not-found" },
];
