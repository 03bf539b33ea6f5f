import { NodeError } from "#runtime/node/node-error.ts";
import type { Prompt, WorkflowContent } from "#runtime/node/workflow.ts";
import type { ComfyEnd, ComfyFault } from "../kit/comfyui/service.ts";
import { titleOfInner } from "../kit/comfyui/workflow/prompt.ts";

/** What people call an inner node, also one that another node made while it ran. */
export function innerTitle(prompt: Prompt, id: string): string {
  const known = prompt[id] ?? prompt[id.split(".")[0] ?? id];
  return known ? titleOfInner(id, known) : `node ${id}`;
}

/** A prompt that the server refused, in words that name inner nodes as people do; any other failure as it is. */
export function withTitles(error: unknown, { prompt }: Pick<WorkflowContent, "prompt">): unknown {
  if (!(error instanceof NodeError) || error.code !== "validation") return error;
  const { faults, missing } = { faults: listOf(error.details?.faults) as ComfyFault[], missing: listOf(error.details?.missing).map(String) };
  if (faults.length + missing.length === 0) return error;
  const said = faults.slice(0, 5).map(({ node, input, message }) => `"${innerTitle(prompt, node)}"${input ? ` (${input})` : ""}: ${message}`);
  const consequence = missing.length > 0 ? ` Nothing would come of ${missing.map((id) => `"${innerTitle(prompt, id)}"`).join(", ")}.` : "";
  return new NodeError("validation", `ComfyUI refused the workflow. ${[...said, consequence.trim()].filter((text) => text !== "").join(" ")}`, {
    happened: error.happened,
    ...(error.details && { details: error.details }),
    cause: error,
  });
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** Why a prompt that is over yielded nothing. None of it goes away by asking again under the same id. */
export function failureOf(end: Exclude<ComfyEnd, { type: "finished" }>, { prompt }: Pick<WorkflowContent, "prompt">): NodeError {
  switch (end.type) {
    case "failed": {
      const where = end.node === null ? "ComfyUI failed" : `"${innerTitle(prompt, end.node)}" failed`;
      return new NodeError("tool", `${where}: ${end.message}`, { details: { innerNode: end.node, nodeType: end.nodeType } });
    }
    case "interrupted":
      return new NodeError(
        "cancelled",
        `It was stopped in ComfyUI${end.node === null ? "" : ` at "${innerTitle(prompt, end.node)}"`}. Run the node again to have it made anew.`,
        {
          details: { innerNode: end.node },
        },
      );
    case "lost":
      return end.reason === "removed"
        ? new NodeError("cancelled", "Somebody took it out of ComfyUI's queue before it ran. Run the node again to have it made anew.", { happened: "no" })
        : new NodeError("tool", "ComfyUI forgot it each time: it was started anew, or its history cleared, again and again. Look at the server's log.");
  }
}

/** ComfyUI says it succeeded, and yet there is nothing of these outputs. */
export function missingOutputs(titles: readonly string[]): NodeError {
  return new NodeError("tool", `ComfyUI ended without a result of ${titles.map((title) => `"${title}"`).join(", ")}. Look at what leads to it in ComfyUI.`);
}
