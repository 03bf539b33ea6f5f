import { describeWorkflow } from "#nodes/kit/comfyui/workflow/describe-workflow.ts";
import { workflowIdSchema } from "#runtime/graph/ids.ts";
import type { Reference } from "#runtime/node/references.ts";
import { workflowContentSchema } from "#runtime/node/workflow.ts";
import type { ComfyWorkflowStore } from "../store/comfy-workflows.ts";

/** Looks up a workflow of a workspace: its newest version, or the one with this number. Archived ones are found, so that graphs that use them go on. */
export function createWorkflowReferences(store: Pick<ComfyWorkflowStore, "read" | "version">) {
  return async (workspace: string, id: string, number: number | undefined): Promise<Reference> => {
    const row = await store.read(id);
    if (row?.workspaceId !== workspace) return { kind: "missing", reason: `There is no workflow ${id} in this library. Choose another one.` };
    const version = await store.version(id, number ?? row.version);
    if (!version) return { kind: "missing", reason: `"${row.name}" has no version ${number}. Choose another one.` };
    return {
      ...{ kind: "workflow", workflow: workflowIdSchema.parse(row.id), version: version.number, name: row.name },
      ...(row.description && { description: row.description }),
      ...describeWorkflow(workflowContentSchema.parse(version.content)),
      hash: version.hash,
    };
  };
}
