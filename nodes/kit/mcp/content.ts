import { defineService } from "#runtime/node/service.ts";
import type { ToolContent } from "./service.ts";

/** A part of a resource: text, or bytes in base64. */
export type ResourceContent = { uri: string; mimeType?: string } & ({ text: string } | { blob: string });

export interface PromptMessage {
  role: "user" | "assistant";
  content: ToolContent;
}

interface ContentCall {
  /** Id of the connection. */
  connection: string;
  /** Milliseconds in all. */
  timeoutMs: number;
  signal: AbortSignal;
}

/**
 * What MCP servers have to read. Throws `NodeError`: `not-found` (no such connection, resource or prompt), `validation` (arguments that do not
 * fit), `network`, `auth`, `http-status`, `timeout`, `tool` (the server answered with an error of its own), `cancelled`.
 */
export interface McpContent {
  readResource(given: ContentCall & { uri: string }): Promise<ResourceContent[]>;
  getPrompt(given: ContentCall & { prompt: string; arguments: Record<string, string> }): Promise<{ description?: string; messages: PromptMessage[] }>;
}

export const mcpContent = defineService<McpContent>("mcp-content");
