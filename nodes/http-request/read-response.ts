import { NodeError } from "#runtime/node/node-error.ts";
import type { HttpResponse } from "../kit/http/service.ts";
import type { HttpRequestConfig } from "./config.ts";

interface ReadBody {
  body: unknown;
  /** `base64` for what is no text. */
  encoding?: "base64";
}

/** The body as the config wants it read. Throws `NodeError("validation")` for what was to be JSON and is not. */
export function readBody(response: HttpResponse, kind: HttpRequestConfig["responseKind"]): ReadBody {
  const contentType = response.headers["content-type"] ?? "";
  const text = decode(response.body, contentType);
  if (kind === "text") return { body: text ?? "" };
  if (kind === "json") return { body: parseJson(text ?? "", true) };
  if (text === undefined) return { body: toBase64(response.body), encoding: "base64" };
  return { body: /[/+]json\b/i.test(contentType) ? parseJson(text, false) : text };
}

/** The body as text, or undefined when it is none. */
function decode(bytes: Uint8Array, contentType: string): string | undefined {
  const charset = /charset="?([\w-]+)/i.exec(contentType)?.[1] ?? "utf-8";
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function parseJson(text: string, isDemanded: boolean): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    if (!isDemanded) return text;
    throw new NodeError("validation", "The answer is not JSON.", { details: { body: text.slice(0, 500) }, cause });
  }
}

const CHUNK = 32_768;

function toBase64(bytes: Uint8Array): string {
  let binary = "";
  for (let at = 0; at < bytes.length; at += CHUNK) binary += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  return btoa(binary);
}

/**
 * The failure of an answer with status 400 or above. 4xx other than 408 prove that nothing happened: the request was refused. The
 * message names host and path only, for a query may hold keys.
 */
export function statusError(response: HttpResponse, given: { method: string; now: number }): NodeError {
  const { status } = response;
  const { host, pathname } = new URL(response.url);
  const retryAfterMs = readRetryAfter(response.headers["retry-after"], given.now);
  const excerpt = decode(response.body, response.headers["content-type"] ?? "")?.slice(0, 2_000);
  return new NodeError("http-status", `${given.method} ${host}${pathname} was answered with status ${status}.`, {
    happened: status < 500 && status !== 408 ? "no" : "unknown",
    details: { status, ...(excerpt && { body: excerpt }) },
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}

/** Retry-After in milliseconds: it holds seconds or an HTTP date. */
function readRetryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * 1_000;
  const instant = Date.parse(header);
  return Number.isNaN(instant) ? undefined : Math.max(0, instant - now);
}
