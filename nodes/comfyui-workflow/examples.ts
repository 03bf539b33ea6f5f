import type { z } from "zod";
import { workflowIdSchema } from "#runtime/graph/ids.ts";
import type { NodeExample } from "#runtime/node/define.ts";
import { HINT } from "#runtime/node/fields.ts";
import type { References } from "#runtime/node/references.ts";
import type { comfyuiWorkflowConfig } from "./config.ts";

const workflow = workflowIdSchema.parse("workflow_invert");
/** SHA-256 of "a photo", and of "inverted: a photo". */
const photo = { $asset: "d4e24d749a4fe2f161af2de913c0402b04e3ae287dafd0f9dbfa4a5c56c69285", name: "photo.png", mediaType: "image/png", bytes: 7 };
const inverted = { $asset: "43a600670f9dc6d3d7db87db5f6664dc314931528fbb10450253058e48e02752", name: "inverted.png", mediaType: "image/png", bytes: 17 };

const references: References = {
  "workflow:workflow_invert": {
    ...{ kind: "workflow", workflow, version: 3, name: "Invert a photo", hash: "0".repeat(64) },
    input: {
      type: "object",
      properties: { image: { type: "object", title: "Image", [HINT]: { file: { accept: "image/*" } } }, seed: { type: "string", title: "Seed", default: "7" } },
      required: ["image"],
    },
    outputs: { inverted: "image" },
  },
};

/** The contract suite's server inverts what it is given. */
export const comfyuiWorkflowExamples: readonly NodeExample<z.input<typeof comfyuiWorkflowConfig>>[] = [
  {
    name: "makes a picture of a picture",
    config: { workflow },
    inputs: { image: photo },
    references,
    outputs: { inverted, images: [inverted], results: [{ values: { seed: "7" }, outputs: { inverted: { files: [inverted], texts: [] } } }] },
  },
  {
    name: "runs twice, with a seed that is too large for a number",
    config: { workflow, values: { seed: "18446744073709551614" }, seeds: "increment", repeat: 2 },
    inputs: { image: photo },
    references,
    outputs: {
      ...{ inverted, images: [inverted, inverted] },
      results: ["18446744073709551614", "18446744073709551615"].map((seed) => ({ values: { seed }, outputs: { inverted: { files: [inverted], texts: [] } } })),
    },
  },
  { name: "refuses a seed that is none", config: { workflow, values: { seed: "twelve" } }, inputs: { image: photo }, references, fails: "validation" },
];
