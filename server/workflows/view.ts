import { z } from "zod";
import { describeWorkflow } from "#nodes/kit/comfyui/workflow/describe-workflow.ts";
import { workflowIdSchema } from "#runtime/graph/ids.ts";
import { missingClassSchema, workflowContentSchema } from "#runtime/node/workflow.ts";
import type { WorkflowDetail, WorkflowSummary, WorkflowVersion } from "../contract/comfy-workflows.ts";
import type { ComfyWorkflowRow, ComfyWorkflowVersionRow } from "../store/comfy-workflows.ts";

const readSchema = z.object({ content: workflowContentSchema, missing: z.array(missingClassSchema), warnings: z.array(z.string()) });

export function toSummary({
  id,
  name,
  description,
  category,
  tags,
  cover,
  version,
  nodes,
  inputs,
  outputs,
  isIncomplete,
  ...times
}: ComfyWorkflowRow): WorkflowSummary {
  return {
    ...{ id: workflowIdSchema.parse(id), name, description, category, tags, cover, version, isIncomplete },
    counts: { nodes, inputs, outputs },
    archivedAt: times.archivedAt?.toISOString() ?? null,
    createdAt: times.createdAt.toISOString(),
    updatedAt: times.updatedAt.toISOString(),
  };
}

export function toVersion({
  number,
  note,
  createdAt,
  createdBy,
}: Pick<ComfyWorkflowVersionRow, "number" | "note" | "createdAt" | "createdBy">): WorkflowVersion {
  return { number, note, createdAt: createdAt.toISOString(), createdBy };
}

export function toDetail(row: ComfyWorkflowRow, version: ComfyWorkflowVersionRow): WorkflowDetail {
  const read = readSchema.parse(version);
  return { ...toSummary(row), shown: { ...toVersion(version), ...read, form: describeWorkflow(read.content).input } };
}
