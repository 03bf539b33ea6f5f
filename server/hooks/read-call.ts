import { isUtf8 } from "node:buffer";
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { Json } from "#runtime/graph/json.ts";
import { ApiError } from "../api-error.ts";
import { isPlainData } from "./plain-data.ts";

/** A request as a run is given it. */
export interface HookRequest {
  method: string;
  headers: Record<string, Json>;
  query: Record<string, Json>;
  body: Json;
}

/** What a request says, with its body by content type: JSON, text, form fields, else base64. Throws `ApiError`. */
export function readCall(request: Pick<IncomingMessage, "method" | "headers">, given: { query: string; content: Buffer }): HookRequest {
  const query = given.query === "" ? {} : fieldsOf(given.query);
  const body = given.content.length === 0 ? null : bodyOf(request.headers, given.content);
  if (!isPlainData(body) || !isPlainData(query)) throw new ApiError("bad-request", 'The request nests too deep, or uses the key "__proto__".');
  return { method: request.method ?? "GET", headers: shownHeaders(request.headers), query, body };
}

const CREDENTIALS = /authorization|cookie|token|secret|password|api-?key/;
const OF_THE_CONNECTION: ReadonlySet<string> = new Set(["connection", "keep-alive", "transfer-encoding", "upgrade", "te", "trailer"]);

/** Headers without credentials: what a run is given is kept and shown. */
function shownHeaders(headers: IncomingHttpHeaders): Record<string, Json> {
  const shown: Record<string, Json> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined && name !== "__proto__" && !OF_THE_CONNECTION.has(name) && !CREDENTIALS.test(name)) {
      shown[name] = typeof value === "string" ? value : value.join(", ");
    }
  }
  return shown;
}

function bodyOf(headers: IncomingHttpHeaders, content: Buffer): Json {
  const encoding = headers["content-encoding"];
  if (encoding !== undefined && encoding !== "identity") throw new ApiError("unsupported-media-type", "Send the body without a Content-Encoding.");
  const contentType = headers["content-type"] ?? "";
  const type = contentType.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  if (type === "application/json" || type.endsWith("+json")) return parseJson(textOf(content));
  if (type === "application/x-www-form-urlencoded") return fieldsOf(textOf(content));
  if (type.startsWith("text/")) return textOf(content);
  return { contentType, base64: content.toString("base64") };
}

function textOf(content: Buffer): string {
  if (isUtf8(content)) return content.toString("utf8");
  throw new ApiError("bad-request", "The body is not UTF-8.");
}

function parseJson(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    throw new ApiError("malformed-json", "The body is not JSON, though its content type says so.", { cause });
  }
}

const MAX_FIELDS = 10_000;

/** Names with their value, or with the list of their values where there are several. */
function fieldsOf(text: string): Record<string, Json> {
  const fields = new Map<string, string | string[]>();
  let count = 0;
  for (const [name, value] of new URLSearchParams(text)) {
    count += 1;
    if (count > MAX_FIELDS) throw new ApiError("bad-request", `More than ${MAX_FIELDS} fields are not taken.`);
    const known = fields.get(name);
    if (known === undefined) fields.set(name, value);
    else if (typeof known === "string") fields.set(name, [known, value]);
    else known.push(value);
  }
  return Object.fromEntries(fields);
}
