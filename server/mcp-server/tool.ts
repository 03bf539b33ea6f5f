import type { CallToolResult, Tool } from "@modelcontextprotocol/sdk/types.js";
import type { ApiError } from "../api-error.ts";
import type { Caller } from "./call-route.ts";

/** How far a call is, for clients that asked to be told. */
export type TellProgress = (progress: { progress: number; total?: number; message?: string }) => void;

/** Something that a client may call. */
export interface McpTool {
  description: Tool;
  /** Throws `ApiError`. */
  call(given: Record<string, unknown>, context: { caller: Caller; tell: TellProgress }): Promise<CallToolResult>;
}

export function resultOf(value: unknown): CallToolResult {
  const structured = typeof value === "object" && value !== null && !Array.isArray(value);
  return {
    content: [{ type: "text", text: JSON.stringify(value ?? null, null, 2) }],
    ...(structured && { structuredContent: value as Record<string, unknown> }),
  };
}

/** What went wrong, for a model to read and to do better. */
export function errorResult(error: ApiError): CallToolResult {
  const { errors, problems } = error.details as { errors?: unknown; problems?: unknown };
  const more = errors ?? problems;
  const text = more === undefined ? error.message : `${error.message}\n${JSON.stringify(more, null, 2)}`;
  return { isError: true, content: [{ type: "text", text }] };
}
