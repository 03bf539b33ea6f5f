import { z } from "zod";
import { workflowIdSchema } from "#runtime/graph/ids.ts";
import { type Json, jsonSchema } from "#runtime/graph/json.ts";
import type { JsonSchema } from "#runtime/node/define.ts";
import { connectionField, hint } from "#runtime/node/fields.ts";
import type { References, WorkflowReference } from "#runtime/node/references.ts";
import { MOST_COMBINATIONS, SEED_CONTROLS } from "../kit/comfyui/workflow/combinations.ts";

const anyJson = z.custom<Json>((value) => value !== undefined && jsonSchema.safeParse(value).success);

export const comfyuiWorkflowConfig = z.strictObject({
  workflow: hint(workflowIdSchema, { workflow: true }, { title: "Workflow" }).optional(),
  version: hint(z.int().min(1), { advanced: true }, { title: "Version", description: "The newest one when empty." }).optional(),
  connection: connectionField("comfyui", { title: "Server", description: "The one with the shortest queue when empty." }).optional(),
  label: hint(
    z.string().trim().max(50),
    { advanced: true, placeholder: "gpu-large" },
    { title: "Label", description: "Without a server of its own: only servers with this label." },
  ).optional(),
  values: hint(
    z.record(z.string(), anyJson).default({}),
    { expression: true, language: "json" },
    { title: "Settings of the workflow", description: "What is wired to an input of the same name comes first." },
  ),
  seeds: z.enum(SEED_CONTROLS).default("fixed").meta({
    title: "Seeds",
    description: "Fixed: the seed above, each time. Increment: one more each time. Random: another one each time, also for a single picture.",
  }),
  repeat: hint(
    z.int().min(1).max(MOST_COMBINATIONS).default(1),
    {},
    { title: "Batch", description: "How often it runs. With fixed seeds the results are all alike." },
  ),
  sweep: hint(
    z.record(z.string(), anyJson).default({}),
    { expression: true, language: "json", advanced: true },
    { title: "Sweep", description: "Lists of values to try; every combination of them runs." },
  ),
});
export type ComfyuiWorkflowConfig = z.output<typeof comfyuiWorkflowConfig>;

export function workflowKey({ workflow, version }: ComfyuiWorkflowConfig): string | undefined {
  if (workflow === undefined) return undefined;
  return version === undefined ? `workflow:${workflow}` : `workflow:${workflow}@${version}`;
}

/** The workflow as it was looked up, or undefined while it is not known. */
export function workflowOf(config: ComfyuiWorkflowConfig, references: References): WorkflowReference | undefined {
  const key = workflowKey(config);
  const reference = key !== undefined && Object.hasOwn(references, key) ? references[key] : undefined;
  return reference?.kind === "workflow" ? reference : undefined;
}

/** The schemas of what can be set, by name. */
export function settingsOf(workflow: WorkflowReference | undefined): JsonSchema {
  const properties = workflow?.input.properties;
  return typeof properties === "object" && properties !== null && !Array.isArray(properties) ? properties : {};
}
