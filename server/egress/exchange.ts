import type { Dispatcher } from "undici";
import { NodeError } from "#runtime/node/node-error.ts";
import { tooLarge } from "./decode-body.ts";
import { portOf, showHost } from "./guard.ts";
import type { Hop } from "./redirect.ts";

export interface RawAnswer {
  status: number;
  /** Lower-case names; repeated headers joined with ", ". */
  headers: Record<string, string>;
  /** Still in its content encoding. */
  body: Uint8Array;
}

export interface ExchangeOptions {
  dispatcher: Dispatcher;
  maxBytes: number;
  /** Its reason is what the exchange fails with. */
  signal: AbortSignal;
  /** Called when the request begins to leave. */
  onSent: () => void;
}

/** One request and its answer, no redirects. Aborting before a connection is there sends nothing. */
export function exchange(hop: Hop, { dispatcher, maxBytes, signal, onSent }: ExchangeOptions): Promise<RawAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<RawAnswer>();
  const url = new URL(hop.url);
  const chunks: Uint8Array[] = [];
  let answer: Omit<RawAnswer, "body"> | undefined;
  let size = 0;
  let controller: Dispatcher.DispatchController | undefined;

  const abort = () => {
    const reason = signal.reason instanceof Error ? signal.reason : new Error("aborted");
    reject(reason);
    controller?.abort(reason);
  };
  const end = (from: Dispatcher.DispatchController, error: NodeError) => {
    reject(error);
    from.abort(error);
  };
  const handler: Dispatcher.DispatchHandler = {
    onRequestStart(started) {
      controller = started;
      if (signal.aborted) return abort();
      onSent();
    },
    onResponseStart(from, status, headers) {
      if (status < 200) return;
      answer = { status, headers: joinHeaders(headers) };
      if (hop.method !== "HEAD" && Number(answer.headers["content-length"] ?? 0) > maxBytes) end(from, tooLarge(maxBytes));
    },
    onResponseData(from, chunk) {
      size += chunk.length;
      if (size > maxBytes) return end(from, tooLarge(maxBytes));
      chunks.push(chunk);
    },
    onResponseEnd() {
      if (answer === undefined) reject(new NodeError("network", `${url.host} ended the connection without an answer.`));
      else resolve({ ...answer, body: Buffer.concat(chunks) });
    },
    onResponseError(_from, error) {
      reject(error instanceof NodeError ? error : networkError(url, error));
    },
  };
  signal.addEventListener("abort", abort, { once: true });
  if (signal.aborted) abort();
  else
    dispatcher.dispatch(
      { origin: url.origin, path: `${url.pathname}${url.search}`, method: hop.method, headers: hop.headers, body: hop.body ?? null },
      handler,
    );
  return promise.finally(() => signal.removeEventListener("abort", abort));
}

function joinHeaders(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const joined: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) joined[name.toLowerCase()] = Array.isArray(value) ? value.join(", ") : value;
  }
  return { ...joined };
}

const explanations: Record<string, string> = {
  ECONNREFUSED: "refused the connection: nothing listens there",
  ECONNRESET: "broke the connection",
  EHOSTUNREACH: "cannot be reached from this server",
  ENETUNREACH: "cannot be reached from this server",
  ETIMEDOUT: "did not accept the connection in time",
  UND_ERR_CONNECT_TIMEOUT: "did not accept the connection in time",
  UND_ERR_SOCKET: "broke the connection",
  UND_ERR_HEADERS_OVERFLOW: "sent more headers than are read",
  ERR_SSL_WRONG_VERSION_NUMBER: "does not speak https there",
};

export function networkError(url: URL, error: Error): NodeError {
  const first = error instanceof AggregateError && error.errors[0] instanceof Error ? error.errors[0] : error;
  const code = "code" in first && typeof first.code === "string" ? first.code : "";
  const isCertificate = code.startsWith("CERT_") || code.includes("_CERT") || code === "ERR_TLS_CERT_ALTNAME_INVALID";
  const explanation = isCertificate ? "has a certificate that is not trusted" : (explanations[code] ?? "could not be spoken to");
  const target = showHost({ host: url.hostname.replace(/^\[|\]$/g, ""), port: portOf(url) });
  return new NodeError("network", `${target} ${explanation}.`, { details: { host: url.hostname, ...(code === "" ? {} : { reason: code }) }, cause: error });
}
