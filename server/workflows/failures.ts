import { WorkflowReadError } from "#nodes/kit/comfyui/workflow/workflow-read-error.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import { ApiError } from "../api-error.ts";
import { asApiError } from "../connections/failures.ts";

/** What goes wrong with a file or a ComfyUI server, as the API says it. */
export async function asWorkflowError<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof WorkflowReadError) throw new ApiError("unprocessable", error.message, { cause: error });
    throw error instanceof NodeError ? asApiError(error) : error;
  }
}
