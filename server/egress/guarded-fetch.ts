import { type Dispatcher, fetch as send } from "undici";
import { NodeError } from "#runtime/node/node-error.ts";
import { networkError } from "./exchange.ts";
import type { Guard } from "./guard.ts";
import { type Hop, nextHop } from "./redirect.ts";

/** As the web's `fetch`: the answer's body is a stream. Rejects with `NodeError`, or with the reason of its signal. */
export type GuardedFetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

export interface GuardedFetchGiven {
  guard: Pick<Guard, "checkUrl">;
  /** Its connections pass the guard. */
  dispatcher: () => Dispatcher;
  /** Adds what nobody else may see to each hop, just before it is sent; the next hop is dressed anew. */
  dress?: (hop: Hop) => Hop | Promise<Hop>;
}

const MAX_REDIRECTS = 5;
const withoutBody = new Set([204, 205, 304]);
/** They follow from the address and the connection, which are the guard's. */
const ownHeaders = ["host", "connection", "content-length", "expect", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"];
/** Nothing had left when one of these came. */
const beforeSending = new Set(["ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH", "UND_ERR_CONNECT_TIMEOUT"]);

/** For SDKs that speak HTTP themselves and read answers while they come. There is no limit of time or size: the caller sets one. */
export function createGuardedFetch({ guard, dispatcher, dress = (hop) => hop }: GuardedFetchGiven): GuardedFetch {
  return async (input, init) => {
    const address = input instanceof Request ? input.url : String(input);
    guard.checkUrl(address);
    // whatever form the body was given in, it is bytes from here on: a redirect may have to send it again
    const request = new Request(input, init);
    const signal = init?.signal ?? request.signal;
    let hop = await firstHop(request);
    for (let redirects = 0; ; redirects++) {
      guard.checkUrl(hop.url);
      const { method, url, headers, body } = await dress(hop);
      const answer = await send(url, { method, headers, redirect: "manual", dispatcher: dispatcher(), signal, ...(body !== undefined && { body }) }).catch(
        (error: unknown) => {
          signal.throwIfAborted();
          throw asNodeError(error, url);
        },
      );
      const next = request.redirect === "manual" ? undefined : nextHop(hop, answer.status, answer.headers.get("location") ?? undefined);
      if (next === undefined) return toResponse(answer, hop.url);
      await answer.body?.cancel();
      if (request.redirect === "error" || redirects >= MAX_REDIRECTS)
        throw new NodeError("limit", `${new URL(hop.url).host} sends from one address to the next: that was not followed.`);
      hop = next;
    }
  };
}

async function firstHop(request: Request): Promise<Hop> {
  const headers = new Headers(request.headers);
  for (const name of ownHeaders) headers.delete(name);
  const body = request.body === null ? undefined : new Uint8Array(await request.arrayBuffer());
  return { method: request.method as Hop["method"], url: request.url, headers: Object.fromEntries(headers), ...(body !== undefined && { body }) };
}

/** undici has a `Response` of its own, which SDKs do not know. The address is without what was added to it. */
function toResponse(answer: Awaited<ReturnType<typeof send>>, url: string): Response {
  const headers = new Headers([...answer.headers]);
  // the body is read decoded
  if (headers.has("content-encoding")) for (const name of ["content-encoding", "content-length"]) headers.delete(name);
  const body = withoutBody.has(answer.status) ? null : (answer.body as ReadableStream<Uint8Array> | null);
  const response = new Response(body, { status: answer.status, statusText: answer.statusText, headers });
  return Object.defineProperty(response, "url", { value: url });
}

function asNodeError(error: unknown, url: string): NodeError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (cause instanceof NodeError) return cause;
  if (cause instanceof Error && cause.message === "bad port") {
    const { host } = new URL(url);
    return new NodeError("policy", `${host} has a port that belongs to something else than the web, and is not called.`, { happened: "no", cause });
  }
  const failure = networkError(new URL(url), cause instanceof Error ? cause : new Error(String(cause)));
  const happened = beforeSending.has(String(failure.details?.reason)) ? "no" : "unknown";
  return new NodeError("network", failure.message, { happened, cause, ...(failure.details && { details: failure.details }) });
}
