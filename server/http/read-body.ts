import type { IncomingMessage } from "node:http";
import { ApiError } from "../api-error.ts";

const MIB = 1024 * 1024;
export const DEFAULT_BODY_LIMIT = MIB;
/** What is read and dropped of a body that is too large, so that its sender gets to read the answer. */
const DRAINED_BYTES = 128 * MIB;

export function hasBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}

/** The JSON a request carries; undefined when it carries nothing. Throws `ApiError`: `unsupported-media-type`, `too-large`, `malformed-json`. */
export async function readJsonBody(request: IncomingMessage, limit: number): Promise<unknown> {
  if (!hasBody(request)) return undefined;
  requireJson(request);
  const content = await readBytes(request, limit);
  return content.length === 0 ? undefined : parseJson(content);
}

function requireJson({ headers }: IncomingMessage): void {
  const [type = "", ...parameters] = (headers["content-type"] ?? "").split(";").map((part) => part.trim().toLowerCase());
  const charset = parameters
    .find((parameter) => parameter.startsWith("charset="))
    ?.slice("charset=".length)
    .replaceAll('"', "");
  if (type !== "application/json" || (charset !== undefined && charset !== "utf-8" && charset !== "utf8")) {
    throw new ApiError("unsupported-media-type", "Send the body as JSON in UTF-8, with Content-Type: application/json.");
  }
  if (headers["content-encoding"] !== undefined && headers["content-encoding"] !== "identity") {
    throw new ApiError("unsupported-media-type", "Send the body without a Content-Encoding.");
  }
}

/** The bytes a request carries. Throws `ApiError`: `too-large`, or `bad-request` when they ended too early. */
export function readBytes(request: IncomingMessage, limit: number): Promise<Buffer> {
  // by events: iterating over a request costs more than reading a small one does
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const refuse = () => reject(new ApiError("too-large", `The body has more than ${showBytes(limit)}, which is the most that is taken here.`));
    const cutOff = () => reject(new ApiError("bad-request", "The body ended before it was complete."));
    request.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length <= limit) chunks.push(chunk);
      else chunks.length = 0;
      if (length <= DRAINED_BYTES) return;
      refuse();
      request.destroy();
    });
    request.on("end", () => {
      if (length > limit) refuse();
      else if (request.complete) resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, length));
      else cutOff();
    });
    request.on("error", cutOff);
    request.on("close", () => {
      if (!request.complete) cutOff();
    });
  });
}

function showBytes(bytes: number): string {
  return bytes >= MIB ? `${bytes / MIB} MiB` : `${bytes / 1024} KiB`;
}

function parseJson(content: Buffer): unknown {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(content);
  } catch (cause) {
    throw new ApiError("malformed-json", "The body is not UTF-8.", { cause });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ApiError("malformed-json", `The body is not JSON${placeOf(text, cause instanceof Error ? cause.message : "")}.`, { cause });
  }
}

/** As far as the parser tells: sometimes where it is, sometimes only what it stumbled over. */
function placeOf(text: string, message: string): string {
  const [, token] = /^Unexpected token '(.)'/.exec(message) ?? [];
  const position = Number(/position (\d+)/.exec(message)?.[1] ?? (message.includes("end of JSON") ? text.length : Number.NaN));
  if (!Number.isInteger(position)) return token === undefined ? "" : `: there is a ${token} where none may be`;
  const before = text.slice(0, position).split("\n");
  return `: it stops being so at character ${position} (line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1})`;
}
