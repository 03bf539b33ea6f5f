import type { ComfyClient } from "#nodes/kit/comfyui/service.ts";
import { ApiError } from "../api-error.ts";
import * as contract from "../contract/comfy-queue.ts";
import { asWorkflowError } from "../workflows/failures.ts";
import { type Handling, handle } from "./handle.ts";

/** What stands in line at ComfyUI servers. `comfy`: for whoever was let into the workspace. */
export function comfyQueueRoutes({ comfy }: { comfy(workspace: string): Pick<ComfyClient, "queue" | "move" | "cancel" | "clearOwn"> }): Handling[] {
  const listed = async (workspace: string, given: { connection: string; signal: AbortSignal }) => ({ items: await comfy(workspace).queue(given) });
  return [
    handle(contract.listComfyQueue, ({ params, workspace, signal }) => asWorkflowError(() => listed(workspace, { connection: params.id, signal }))),
    handle(contract.moveComfyJob, ({ params, body, workspace, signal }) =>
      asWorkflowError(async () => {
        const given = { connection: params.id, signal };
        await comfy(workspace).move({ ...given, ...body });
        return listed(workspace, given);
      }),
    ),
    handle(contract.cancelComfyJob, ({ params, body, workspace, signal }) =>
      asWorkflowError(async () => {
        const given = { connection: params.id, signal };
        const { items } = await listed(workspace, given);
        const job = items.find(({ promptId }) => promptId === body.promptId);
        if (job && !job.isOurs) throw new ApiError("forbidden", "Somebody else submitted this. Only jobs of this workspace can be stopped here.");
        if (job) await comfy(workspace).cancel({ ...given, promptId: job.promptId });
        return listed(workspace, given);
      }),
    ),
    handle(contract.clearComfyQueue, ({ params, workspace, signal }) =>
      asWorkflowError(async () => ({ removed: await comfy(workspace).clearOwn({ connection: params.id, signal }) })),
    ),
  ];
}
