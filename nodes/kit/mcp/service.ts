import { defineService } from "#runtime/node/service.ts";

/** A tool as a server described it. */
export interface ToolDescription {
  name: string;
  title?: string;
  description?: string;
  /** JSON Schema of the arguments object. */
  inputSchema: Record<string, unknown>;
  /** JSON Schema of `structuredContent`, when the server gives one. */
  outputSchema?: Record<string, unknown>;
  /** The server's own hints; suggestions only. */
  annotations?: { readOnlyHint?: boolean; destructiveHint?: boolean; idempotentHint?: boolean; openWorldHint?: boolean };
  /** SHA-256 of canonical JSON of name, description and schemas. */
  hash: string;
}

export interface ToolCall {
  /** Id of the connection. */
  connection: string;
  tool: string;
  arguments: Record<string, unknown>;
  /** Milliseconds without an answer or a progress report. */
  timeoutMs: number;
  /** Milliseconds in all, however often it reports progress. */
  maxTimeoutMs: number;
  signal: AbortSignal;
  /** Sent as `_meta.idempotencyKey` for servers that honour one. */
  idempotencyKey?: string;
  onProgress?: (progress: { progress: number; total?: number; message?: string }) => void;
}

export type ToolContent =
  | { type: "text"; text: string }
  | { type: "image" | "audio"; data: string; mimeType: string }
  | { type: "resource" | "resource_link"; [key: string]: unknown };

export interface ToolResult {
  content: ToolContent[];
  structuredContent?: Record<string, unknown>;
}

/**
 * The tools of the MCP connections. Throws `NodeError`: `not-found` (no such connection or tool), `validation` (arguments do not fit;
 * happened "no"), `network` (could not start or reach it: happened "no"; lost after sending: "unknown"), `timeout`,
 * `tool` (the tool answered `isError`; its text is the message), `cancelled`.
 */
export interface ToolRegistry {
  call(call: ToolCall): Promise<ToolResult>;
  /** The tools of a connection, connecting when needed. */
  list(connection: string): Promise<ToolDescription[]>;
}

export const toolRegistry = defineService<ToolRegistry>("tool-registry");
