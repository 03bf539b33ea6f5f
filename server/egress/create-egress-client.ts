import { lookup as systemLookup } from "node:dns/promises";
import { Agent } from "undici";
import type { HttpClient, HttpRequest, HttpResponse } from "#nodes/kit/http/service.ts";
import { type Happened, NodeError } from "#runtime/node/node-error.ts";
import { createConnector } from "./connect.ts";
import { acceptEncoding, decodeBody } from "./decode-body.ts";
import { exchange, type RawAnswer } from "./exchange.ts";
import { createGuard, type GuardOptions, type Lookup } from "./guard.ts";
import { createGuardedFetch, type GuardedFetch, type GuardedFetchGiven } from "./guarded-fetch.ts";
import { createGuardedSocket, type GuardedSocket } from "./guarded-socket.ts";
import { type Hop, nextHop } from "./redirect.ts";

export type EgressOptions = Omit<GuardOptions, "lookup"> & { lookup?: Lookup };

export const lookupAll: Lookup = async (hostname) =>
  (await systemLookup(hostname, { all: true, order: "verbatim" })).map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }));

export interface EgressClient extends HttpClient {
  /**
   * As `request`, with what `dress` adds to each hop before it is sent. Nothing of that is in the answer's address, in errors, or in the next
   * hop, which is dressed anew. `dress` returns only what can be sent.
   */
  requestDressed(request: HttpRequest, dress: (hop: Hop) => Hop): Promise<HttpResponse>;
  /** As the web's `fetch`, past the same guard, for answers that are read while they come. */
  fetch: GuardedFetch;
  /** `fetch` with what `dress` adds to each hop, as `requestDressed`. */
  fetchDressed(dress: NonNullable<GuardedFetchGiven["dress"]>): GuardedFetch;
  /** A WebSocket, past the same guard. The caller closes it. */
  openSocket: GuardedSocket;
  close(): Promise<void>;
}

/** The one way out of the server. Environment variables that name a proxy are not read. */
export function createEgressClient({ allow, ownListeners, lookup = lookupAll }: EgressOptions): EgressClient {
  const guard = createGuard({ allow, ownListeners, lookup });
  const newAgent = () => new Agent({ connect: createConnector(guard), allowH2: false, keepAliveMaxTimeout: 30_000, headersTimeout: 0, bodyTimeout: 0 });
  let current: { agent: Agent; rules: string } | undefined;

  /** Open connections were checked by the rules of their time: new rules, new connections. */
  const currentAgent = () => {
    const rules = JSON.stringify([allow(), ownListeners()]);
    if (current?.rules !== rules) {
      void current?.agent.close();
      current = { agent: newAgent(), rules };
    }
    return current.agent;
  };

  const requestDressed = async (request: HttpRequest, dress: (hop: Hop) => Hop) => {
    let happened: Happened = "no";
    const onSent = () => {
      happened = "unknown";
    };
    const { signal, stop } = startClock(request);
    try {
      signal.throwIfAborted();
      const send = (hop: Hop): Promise<RawAnswer> => {
        guard.checkUrl(hop.url);
        return exchange(dress(hop), { dispatcher: currentAgent(), maxBytes: request.maxBytes, signal, onSent });
      };
      return await follow(request, send);
    } catch (error) {
      throw asNodeError(error, happened);
    } finally {
      stop();
    }
  };
  return {
    request: (request) => requestDressed(request, (hop) => hop),
    requestDressed,
    fetch: createGuardedFetch({ guard, dispatcher: currentAgent }),
    fetchDressed: (dress) => createGuardedFetch({ guard, dispatcher: currentAgent, dress }),
    openSocket: createGuardedSocket(guard),
    async close() {
      await current?.agent.destroy();
    },
  };
}

/** Aborts with the `NodeError` the exchange is to fail with. */
function startClock({ timeoutMs, signal }: HttpRequest): { signal: AbortSignal; stop: () => void } {
  const clock = new AbortController();
  const timer = setTimeout(
    () => clock.abort(new NodeError("timeout", `There was no complete answer within ${timeoutMs} ms.`)),
    Math.min(timeoutMs, 2 ** 31 - 1),
  );
  const cancel = () => clock.abort(new NodeError("cancelled", "The call was cancelled."));
  signal.addEventListener("abort", cancel, { once: true });
  if (signal.aborted) cancel();
  return {
    signal: clock.signal,
    stop() {
      clearTimeout(timer);
      signal.removeEventListener("abort", cancel);
    },
  };
}

async function follow(request: HttpRequest, send: (hop: Hop) => Promise<RawAnswer>): Promise<HttpResponse> {
  let hop: Hop = {
    method: request.method,
    url: request.url,
    headers: ownHeaders(request.headers ?? {}),
    ...(request.body === undefined ? {} : { body: request.body }),
  };
  for (let redirects = 0; ; redirects++) {
    const answer = await send(hop);
    const next = request.maxRedirects === 0 ? undefined : nextHop(hop, answer.status, answer.headers.location);
    if (next === undefined) return finish(hop, answer, request.maxBytes);
    if (redirects >= request.maxRedirects)
      throw new NodeError("limit", `The answer is a redirect for the ${redirects + 1}th time; at most ${request.maxRedirects} are followed.`);
    hop = next;
  }
}

// The connection is ours: these are written by the client itself.
const framingHeaders = new Set(["connection", "content-length", "expect", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"]);

/** Throws `validation` for headers that cannot be sent. */
function ownHeaders(headers: Record<string, string>): Record<string, string> {
  const own: Record<string, string> = { "accept-encoding": acceptEncoding };
  for (const [given, value] of Object.entries(headers)) {
    const name = given.toLowerCase();
    const problem =
      name === "host" ? "follows from the address and cannot be set" : isSendable(name, value) ? undefined : "has characters that a header cannot have";
    if (problem !== undefined) throw new NodeError("validation", `The header "${given.slice(0, 100)}" ${problem}.`, { happened: "no" });
    if (!framingHeaders.has(name)) own[name] = value;
  }
  return own;
}

const isSendable = (name: string, value: string) => /^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name) && /^[\t\x20-\x7e\x80-\xff]*$/.test(value);

async function finish(hop: Hop, answer: RawAnswer, maxBytes: number): Promise<HttpResponse> {
  const { "content-encoding": encodings, "content-length": _length, ...rest } = answer.headers;
  const asSent = { status: answer.status, headers: answer.headers, body: answer.body, url: hop.url };
  if (encodings === undefined || hop.method === "HEAD") return asSent;
  const body = await decodeBody(answer.body, encodings, maxBytes);
  return body === undefined ? asSent : { ...asSent, headers: rest, body };
}

/** What was known before anything left is "no"; once a request has left, nothing is known any more. */
function asNodeError(error: unknown, happened: Happened): NodeError {
  if (!(error instanceof NodeError)) return new NodeError("unexpected", `The call failed: ${String(error)}`, { happened, cause: error });
  const { code, message, details, cause } = error;
  return new NodeError(code, message, { happened, cause, ...(details === undefined ? {} : { details }) });
}
