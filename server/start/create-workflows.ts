import type { WorkflowVersions } from "#nodes/kit/comfyui/library.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import { workflowContentSchema } from "#runtime/node/workflow.ts";
import { ApiError } from "../api-error.ts";
import type { Files } from "../assets/blob-store.ts";
import type { ComfyClients } from "../comfyui/client.ts";
import { type ComfyWorkflowStore, createComfyWorkflowStore } from "../store/comfy-workflows.ts";
import type { Database } from "../store/database/open-database.ts";
import { createWorkflowLibrary, type WorkflowLibrary } from "../workflows/library.ts";
import { createWorkflowReferences } from "../workflows/reference.ts";

export interface Workflows {
  library: WorkflowLibrary;
  reference: ReturnType<typeof createWorkflowReferences>;
  /** For the nodes of a workspace's runs. */
  versionsFor(scope: { workspace: string }): WorkflowVersions;
}

/** The library of ComfyUI workflows, with what graphs and runs need of it. */
export function createWorkflows({ database, comfyui, files }: { database: Database; comfyui: Pick<ComfyClients, "clientFor">; files: Files }): Workflows {
  const store = createComfyWorkflowStore(database);
  return {
    library: createWorkflowLibrary({ store, comfy: (workspace) => comfyui.clientFor({ workspace }), readFile: readFileOf(files) }),
    reference: createWorkflowReferences(store),
    versionsFor: ({ workspace }) => versionsOf(store, workspace),
  };
}

function versionsOf(store: ComfyWorkflowStore, workspace: string): WorkflowVersions {
  return {
    read: async ({ workflow, version }) => {
      const row = await store.version(workflow, version);
      if (row?.workspaceId === workspace) return workflowContentSchema.parse(row.content);
      throw new NodeError("not-found", `There is no version ${version} of the workflow ${workflow} in this library. Choose another one.`, { happened: "no" });
    },
  };
}

function readFileOf(files: Files) {
  return async ({ workspace, hash }: { workspace: string; hash: string }, mostBytes: number): Promise<Uint8Array> => {
    const store = files(workspace);
    const bytes = await store.size(hash);
    if (bytes === undefined) throw new ApiError("not-found", "This file is not in the workspace.");
    if (bytes > mostBytes) throw new ApiError("too-large", `A file with a workflow may have at most ${mostBytes / 1024 / 1024} MiB.`);
    return bytes === 0 ? new Uint8Array() : Buffer.concat(await store.open(hash, { start: 0, end: bytes - 1 }).toArray());
  };
}
