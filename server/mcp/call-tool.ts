import { type CallToolResult, CallToolResultSchema, ErrorCode, McpError } from "@modelcontextprotocol/sdk/types.js";
import type { ToolCall, ToolContent, ToolResult } from "#nodes/kit/mcp/service.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import type { CallLimit } from "./call-limit.ts";
import { couldNotStart, endedFailure } from "./failures.ts";
import type { KnownTool, LiveClient } from "./live-client.ts";
import { checkAnswers } from "./questions.ts";
import { LOST } from "./remote-transport.ts";
import { OVERSIZED } from "./stdio-transport.ts";

/** Characters of a tool's own error text, and of the server's output, that a failure carries. */
const MAX_ERROR_TEXT = 4_000;
/** Longer than any call: the limits of a call are in `CallLimit`. */
const NO_TIMEOUT_MS = 2 ** 31 - 1;

export interface Sending {
  live: LiveClient;
  tool: KnownTool;
  call: ToolCall;
  limit: CallLimit;
}

/** A call that was sent. Its answers throw `NodeError` as `ToolRegistry` says. */
export interface OpenCall {
  /** The result, or the first question that has to be answered before there is one. */
  first(): Promise<ToolResult>;
  /** Hands over the answers of this call, which is the same one; then as `first`. */
  goOn(call: ToolCall): Promise<ToolResult>;
}

/** Sends a call. Throws `NodeError("validation")` where it does not fit; nothing happened then. */
export function openCall(sending: Sending): OpenCall {
  const { live, tool, call } = sending;
  const mismatch = tool.checkArguments(call.arguments);
  if (mismatch) {
    throw new NodeError("validation", `The arguments do not fit the tool "${call.tool}": ${mismatch}`, { happened: "no", details: { problem: mismatch } });
  }
  checkAnswers(call.answers);
  const ending = live.ending();
  if (ending) throw couldNotStart({ message: `The server ${ending} before the call was sent.`, advice: "The next call starts it again." });
  const conversation = live.questions.begin(call);
  const current = { ...sending };
  const ended = send(current)
    .then((result) => readResult(result, tool, call))
    .catch((error: unknown): ToolResult => {
      const asked = conversation.refusal(causeOf(error));
      if (!asked) throw error;
      return { content: [], asked, isRefused: true };
    })
    .finally(conversation.end);
  // nobody may be there when it fails
  ended.catch(() => undefined);
  const next = () => Promise.race([ended, conversation.asked().then((asked): ToolResult => ({ content: [], asked }))]);
  return {
    first: next,
    goOn: (again) => {
      try {
        checkAnswers(again.answers, "unknown");
      } catch (error) {
        conversation.end();
        throw error;
      }
      current.call = again;
      conversation.give(again.answers ?? []);
      return next();
    },
  };
}

function readResult(result: CallToolResult, tool: KnownTool, call: ToolCall): ToolResult {
  if (result.isError) throw new NodeError("tool", toolErrorText(result, call.tool));
  const broken = tool.checkOutput?.(result.structuredContent ?? {});
  if (broken) {
    throw new NodeError("validation", `The answer of "${call.tool}" does not fit the schema it promises: ${broken}`, { details: { problem: broken } });
  }
  return { content: result.content.map(toolContent), ...(result.structuredContent && { structuredContent: result.structuredContent }) };
}

async function send(sending: Sending): Promise<CallToolResult> {
  const { live, call, limit } = sending;
  const meta = call.idempotencyKey === undefined ? {} : { _meta: { idempotencyKey: call.idempotencyKey } };
  limit.heard();
  try {
    return await live.client.request({ method: "tools/call", params: { name: call.tool, arguments: call.arguments, ...meta } }, CallToolResultSchema, {
      signal: limit.signal,
      timeout: NO_TIMEOUT_MS,
      onprogress: ({ progress, total, message }) => {
        limit.heard();
        sending.call.onProgress?.({ progress, ...(total !== undefined && { total }), ...(message !== undefined && { message }) });
      },
    });
  } catch (error) {
    throw sentFailure(error, sending);
  }
}

function sentFailure(error: unknown, { live, call, limit }: Sending): NodeError {
  if (limit.end) return endedFailure(limit.end, call.tool, "unknown");
  if (error instanceof NodeError) return error;
  const ending = live.ending();
  if (ending) {
    const stderr = live.output().slice(-MAX_ERROR_TEXT);
    const details = stderr === "" ? {} : { details: { stderr } };
    return new NodeError("network", `The server ${ending} before "${call.tool}" answered.`, { ...details, cause: error });
  }
  if (error instanceof McpError && error.code === OVERSIZED) {
    return new NodeError("limit", `The answer of "${call.tool}" is too large: at most 16 MiB.`, { cause: error });
  }
  if (error instanceof McpError && error.code === LOST) {
    return new NodeError("network", `The connection broke before "${call.tool}" answered.`, { cause: error });
  }
  if (error instanceof McpError) {
    const message = error.message.replace(/^MCP error -?\d+: /, "").slice(0, MAX_ERROR_TEXT);
    // Other codes prove nothing: the SDK's server answers -32602 also for the output of a tool that ran.
    const happened = error.code === ErrorCode.MethodNotFound ? "no" : "unknown";
    return new NodeError("tool", message || `"${call.tool}" failed.`, { happened, details: { rpcCode: error.code }, cause: error });
  }
  if (isBrokenPipe(error)) return new NodeError("network", `The connection broke while "${call.tool}" was sent.`, { cause: error });
  return new NodeError("tool", `What "${call.tool}" answered is not the result of a tool.`, { cause: error });
}

function causeOf(error: unknown): unknown {
  return error instanceof NodeError ? error.cause : error;
}

function isBrokenPipe(error: unknown): boolean {
  return error instanceof Error && "code" in error && /^(EPIPE|ERR_STREAM|ECONNRESET)/.test(String(error.code));
}

function toolErrorText(result: CallToolResult, tool: string): string {
  const text = result.content.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n");
  return text.slice(0, MAX_ERROR_TEXT) || `"${tool}" failed without saying why.`;
}

function toolContent(part: CallToolResult["content"][number]): ToolContent {
  switch (part.type) {
    case "text":
      return { type: "text", text: part.text };
    case "image":
    case "audio":
      return { type: part.type, data: part.data, mimeType: part.mimeType };
    case "resource":
    case "resource_link":
      return { ...part };
  }
}
