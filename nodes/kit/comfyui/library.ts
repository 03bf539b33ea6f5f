import type { WorkflowId } from "#runtime/graph/ids.ts";
import { defineService } from "#runtime/node/service.ts";
import type { WorkflowContent } from "#runtime/node/workflow.ts";

/** The versions of the workspace's ComfyUI workflows; they never change. */
export interface WorkflowVersions {
  /** Throws `NodeError("not-found")`, happened "no". */
  read(given: { workflow: WorkflowId; version: number }): Promise<WorkflowContent>;
}

export const workflowVersions = defineService<WorkflowVersions>("comfyui-workflow-versions");
