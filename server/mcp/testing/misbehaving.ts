import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { ToolCall } from "#nodes/kit/mcp/service.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import { type McpConnectionSettings, mcpConnectionSettings } from "../connection-settings.ts";

const script = fileURLToPath(new URL("../fixtures/misbehaving-server.mjs", import.meta.url));

/** Settings of the server in `fixtures/`; `mode` is how it behaves as a whole. */
export function misbehaving(mode = "normal", others: object = {}): McpConnectionSettings {
  return mcpConnectionSettings.parse({ transport: "stdio", command: "heddle:node", arguments: [script, mode], ...others });
}

export function toolCall(tool: string, given: Record<string, unknown> = {}, others: Partial<ToolCall> = {}): ToolCall {
  return { connection: "a", tool, arguments: given, timeoutMs: 5_000, maxTimeoutMs: 10_000, signal: new AbortController().signal, ...others };
}

/** Whether a process lives; one that has ended and that nobody has waited for does not. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== "linux" || !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

/** Throws when it is not so within 5 s. */
export async function eventually(isSo: () => boolean): Promise<void> {
  for (let waited = 0; !isSo(); waited += 20) {
    if (waited > 5_000) throw new Error(`Never became so: ${isSo}`);
    await delay(20);
  }
}

/** The `NodeError` it rejects with. */
export async function failureOf(promise: Promise<unknown>): Promise<NodeError> {
  const error = await promise.then(
    (value) => new Error(`It did not fail: ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  );
  if (error instanceof NodeError) return error;
  throw error;
}
