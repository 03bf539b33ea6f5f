import type { ComfyEnd } from "#nodes/kit/comfyui/service.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import { readHistoryEntry } from "./history.ts";
import type { QueueItem, QueueReader } from "./queue.ts";
import type { ComfyHttp } from "./server-access.ts";

/** What a server knows of a prompt. */
export type Known =
  | { state: "pending"; position: number; item: QueueItem }
  | { state: "running"; item: QueueItem }
  | { state: "over"; end: ComfyEnd; outputs: string[] }
  | { state: "unknown" };

/**
 * Reads the queue, then the history: a prompt that ends between the two is in the history, so that one found in neither is unknown for certain.
 * Throws `NodeError`.
 */
export async function lookUp(given: { http: ComfyHttp; queue: QueueReader; promptId: string; signal: AbortSignal }): Promise<Known> {
  const { http, queue, promptId, signal } = given;
  const { running, pending } = await queue.read(signal);
  const runs = running.find((item) => item.promptId === promptId);
  if (runs) return { state: "running", item: runs };
  const at = pending.findIndex((item) => item.promptId === promptId);
  const waits = pending[at];
  if (waits) return { state: "pending", position: at + 1, item: waits };
  const answer = await http.json({ path: `/history/${encodeURIComponent(promptId)}`, signal });
  const entry = typeof answer === "object" && answer !== null && !Array.isArray(answer) ? answer[promptId] : undefined;
  if (entry === undefined) return { state: "unknown" };
  const read = readHistoryEntry(entry);
  if (!read) throw noComfy(http);
  return { state: "over", end: read.end, outputs: read.outputsToExecute };
}

export function noComfy({ address }: Pick<ComfyHttp, "address">): NodeError {
  return new NodeError("http-status", `"${address.name}" answered in a form ComfyUI does not have. Check the address on the connections page.`);
}
