import type { ToolCallPart } from "#nodes/kit/models/message.ts";
import { findUnsafeJson, type Json } from "#runtime/graph/json.ts";

/** A call as the model wrote it: arguments that are no plain JSON object are kept as the text they are. */
export function toToolCall(id: string, name: string, text: string): ToolCallPart {
  const call = { type: "tool-call" as const, id, name };
  if (text.trim() === "") return { ...call, arguments: {} };
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value) && findUnsafeJson(value) === undefined)
      return { ...call, arguments: value as Record<string, Json> };
  } catch {
    // told below
  }
  return { ...call, arguments: {}, invalid: text };
}
