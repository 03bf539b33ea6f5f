import { defineNode } from "#runtime/node/define.ts";
import { comfyuiWorkflowConfig, workflowKey, workflowOf } from "./config.ts";
import { comfyuiWorkflowExamples } from "./examples.ts";
import { workflowForm } from "./form.ts";
import { workflowOffer } from "./offer.ts";
import { workflowPorts } from "./ports.ts";

export const comfyuiWorkflow = defineNode({
  type: "comfyui-workflow",
  version: 1,
  role: "step",
  title: "ComfyUI workflow",
  description: "Runs a ComfyUI workflow of the library, and keeps the pictures it makes.",
  group: "media",
  icon: "image-plus",
  keywords: ["comfyui", "image", "picture", "generate", "diffusion", "upscale", "inpaint", "sampler", "art", "photo", "video"],
  config: comfyuiWorkflowConfig,
  ports: workflowPorts,
  // each prompt carries an id of ours, which the server's queue and history are asked for before it is sent again
  effect: "keyed",
  // 15 minutes to compute each prompt (`quality.md`), besides the time in the server's queue
  limits: { timeoutMs: 6 * 3_600_000, attempts: 4 },
  references: (config) => {
    const key = workflowKey(config);
    return key === undefined ? [] : [key];
  },
  // a workflow that is missing is reported with the reference
  check: ({ workflow }) => (workflow === undefined ? [{ path: "/workflow", message: "Choose a workflow of the library." }] : []),
  form: (config, references, schema) => workflowForm(workflowOf(config, references), schema),
  summary: (config, references) => {
    const workflow = workflowOf(config, references);
    return workflow ? `${workflow.name} · version ${workflow.version}` : "";
  },
  tool: (config, references) => workflowOffer(config, workflowOf(config, references)),
  examples: comfyuiWorkflowExamples,
});
