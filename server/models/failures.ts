import { APIError as AnthropicApiError } from "@anthropic-ai/sdk";
import { APIError as OpenAiApiError } from "openai";
import { type FailureCode, NodeError } from "#runtime/node/node-error.ts";

export interface FailureGiven {
  /** What people call the connection. */
  connection: string;
  model: string | undefined;
  /** Takes the key out of what the provider wrote. */
  redact(text: string): string;
}

/** Statuses of errors that are told in the middle of an answer, by the type the provider gives them. */
const STATUS_OF_TYPE: Record<string, number> = {
  invalid_request_error: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  request_too_large: 413,
  rate_limit_error: 429,
  rate_limit_exceeded: 429,
  api_error: 500,
  server_error: 500,
  timeout_error: 504,
  overloaded_error: 529,
};

const TOO_LONG = /prompt is too long|context[ _-]?(length|window|size)|maximum context|too many (input )?tokens|exceeds the (limit|maximum) of \d+ tokens/i;
const USED_UP = /insufficient_quota|credit balance|billing|spend limit/i;
const MESSAGE_LENGTH = 600;
const LONGEST_WAIT_MS = 24 * 60 * 60_000;

/** What an SDK threw, as nodes know failures. What is a `NodeError` already stays one. */
export function asModelFailure(error: unknown, given: FailureGiven): NodeError {
  const own = nodeErrorIn(error);
  if (own) return own;
  if (error instanceof AnthropicApiError || error instanceof OpenAiApiError) return fromApi(error, given);
  const text = error instanceof Error ? error.message : String(error);
  return new NodeError("network", `${quoted(given)} sent something that is no answer of its API: ${given.redact(text).slice(0, MESSAGE_LENGTH)}`, {
    cause: error,
  });
}

/** Errors of the guard and the clock come wrapped by the SDKs. */
function nodeErrorIn(error: unknown): NodeError | undefined {
  for (let each = error, depth = 0; each instanceof Error && depth < 8; each = each.cause, depth++) if (each instanceof NodeError) return each;
  return undefined;
}

interface Told {
  status: number;
  type: string;
  text: string;
}

function fromApi(error: AnthropicApiError | OpenAiApiError, given: FailureGiven): NodeError {
  const body = innermost(error.error);
  const type = String(body.code ?? body.type ?? "");
  const status = error.status ?? STATUS_OF_TYPE[type] ?? STATUS_OF_TYPE[String(body.type)] ?? numberOf(body.code);
  if (status === undefined) return new NodeError("network", `${quoted(given)} broke off: ${said(body, error, given)}`, { cause: error });
  const told = { status, type, text: said(body, error, given) };
  const retryAfterMs = readRetryAfter(error.headers, Date.now());
  const { code, message } = judge(told, given);
  return new NodeError(code, message, {
    happened: status < 500 ? "no" : "unknown",
    details: { status, ...(type !== "" && { type: given.redact(type).slice(0, 100) }), ...(error.requestID && { requestId: error.requestID }) },
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}

function judge({ status, type, text }: Told, given: FailureGiven): { code: FailureCode; message: string } {
  const who = quoted(given);
  if (USED_UP.test(`${type} ${text}`) && [400, 402, 403, 429].includes(status))
    return { code: "budget", message: `The account of ${who} is used up. Top it up with the provider, or use another connection. It said: ${text}` };
  if (status === 401 || status === 403)
    return { code: "auth", message: `${who} did not accept its key for this. Enter a valid one on the connections page. It said: ${text}` };
  if (status === 413 || ((status === 400 || status === 422) && TOO_LONG.test(`${type} ${text}`)))
    return {
      code: "limit",
      message: `The conversation is longer than ${given.model ?? "the model"} can read. Shorten it, or choose a model with a larger context. ${who} said: ${text}`,
    };
  if (status === 404) return { code: "not-found", message: `${who} has no model "${given.model ?? ""}", or no such address. It said: ${text}` };
  if (status === 400 || status === 422) return { code: "validation", message: `${who} does not take this request. It said: ${text}` };
  if (status === 429) return { code: "http-status", message: `${who} asks to wait: too many requests. It said: ${text}` };
  if (status >= 300 && status < 400)
    return {
      code: "http-status",
      message: `${who} answered with a redirect (${status}), which is not followed. Enter the address it leads to as the base URL.`,
    };
  return { code: "http-status", message: `${who} answered with status ${status}. It said: ${text}` };
}

/** Providers wrap what they say in one or two objects. */
function innermost(body: unknown): Record<string, unknown> {
  if (typeof body !== "object" || body === null) return {};
  return "error" in body && typeof body.error === "object" ? innermost(body.error) : { ...body };
}

function said(body: Record<string, unknown>, error: Error, { redact }: FailureGiven): string {
  return redact(typeof body.message === "string" && body.message !== "" ? body.message : error.message).slice(0, MESSAGE_LENGTH);
}

function numberOf(value: unknown): number | undefined {
  return typeof value === "number" && value >= 300 && value < 600 ? value : undefined;
}

/** Milliseconds; `Retry-After` is seconds or a date. */
export function readRetryAfter(headers: Headers | undefined, now: number): number | undefined {
  const exact = Number(headers?.get("retry-after-ms") ?? Number.NaN);
  const text = headers?.get("retry-after") ?? "";
  const ms = Number.isFinite(exact) ? exact : /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - now;
  return Number.isFinite(ms) ? Math.min(Math.max(0, Math.round(ms)), LONGEST_WAIT_MS) : undefined;
}

function quoted({ connection }: FailureGiven): string {
  return `"${connection}"`;
}
