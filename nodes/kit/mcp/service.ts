import { defineService } from "#runtime/node/service.ts";
import type { ToolTarget } from "#runtime/node/tool-target.ts";
import type { ToolApproval, ToolBinding } from "./tool-binding.ts";

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

/** What a server asks for in the middle of a call. */
export type ServerQuestion =
  /** Values for a form. */
  | { type: "form"; message: string /** JSON Schema of an object. */; schema: Record<string, unknown> }
  /** A visit to a page of the server. */
  | { type: "url"; message: string; url: string }
  /** What a model would say next. `by`: the model that answers in place of a person. */
  | { type: "sampling"; system?: string; messages: { role: "user" | "assistant"; content: unknown }[]; maxTokens: number; by?: SamplingModel };

/** The model that answers what a server asks a model, by the settings of the server's connection. */
export interface SamplingModel {
  /** Id of the connection of the model provider. */
  connection: string;
  /** The one the connection usually uses when left out. */
  model?: string | undefined;
  /** Tokens it may write in all, for one call of a tool. */
  maxTokens: number;
}

/** What somebody said to a question. */
export type ServerAnswer = { question: ServerQuestion } & (
  | { decision: "decline" }
  /** Of a form its values, of sampling `{ text }`, of a page nothing. */
  | { decision: "accept"; content: Record<string, unknown> }
);

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
  /** Absent: there is nobody to ask, so that what the server asks is declined. Each answer is given to the question it was given to before. */
  answers?: readonly ServerAnswer[];
  /**
   * The server asked during this very call: it goes on where it stopped (found by its `idempotencyKey`). Where it is no longer open, a call that
   * changes nothing is made again, and any other one fails; happened "unknown".
   */
  resumes?: boolean;
  /** It is taken for a call that changes nothing: refused where that is no longer confirmed. */
  isReadOnly?: boolean;
  /** A person has let this very call through; see `standingOf`. What has changed since is the failure `policy` that `voidApproval` reads. */
  approval?: ToolApproval;
  /** Id of the run: what it has open ends with it. Filled in by the registry. */
  run?: string;
  /** The node run in which it is made: what it has open ends with that, too. */
  nodeRun?: { node: string; path: readonly number[] };
}

/** `ask`: a person lets each call through. */
export type ToolRule = "allow" | "ask" | "deny";

export type ToolContent =
  | { type: "text"; text: string }
  | { type: "image" | "audio"; data: string; mimeType: string }
  | { type: "resource" | "resource_link"; [key: string]: unknown };

export interface ToolResult {
  content: ToolContent[];
  structuredContent?: Record<string, unknown>;
  /** There is no result yet: the server waits for the answer to this question. Only where the call has `answers`. */
  asked?: ServerQuestion;
  /** The server refused the call until the question is settled, so that it did nothing: it is to be repeated, not to go on. */
  isRefused?: boolean;
}

/**
 * The tools of the MCP connections. Throws `NodeError`: `not-found` (no such connection or tool), `validation` (arguments do not fit;
 * happened "no"), `network` (could not start or reach it: happened "no"; lost after sending: "unknown"), `timeout`,
 * `tool` (the tool answered `isError`; its text is the message), `cancelled`.
 */
export interface ToolClient {
  call(call: ToolCall): Promise<ToolResult>;
  /** The tools of a connection, connecting when needed. */
  list(connection: string): Promise<ToolDescription[]>;
}

/** How a tool stands now. */
export interface ToolStanding {
  /** Whether the graph of this run may call it. A call against it is the failure `policy`; happened "no". */
  rule: ToolRule;
  /** What an approval of a call holds for. */
  binding: ToolBinding;
}

/** The tools as one run may use them. */
export interface ToolRegistry extends ToolClient {
  /** Throws `NodeError("not-found")` when there is no such connection. Starts nothing: a tool is as it was listed last. */
  standingOf(target: ToolTarget): Promise<ToolStanding>;
  /** What a person let through when they let the caller of this run make this call; undefined where nobody was asked. */
  callersApproval(): Promise<ToolApproval | undefined>;
}

export const toolRegistry = defineService<ToolRegistry>("tool-registry");
