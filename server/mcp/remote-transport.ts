import { SSEClientTransport, SseError } from "@modelcontextprotocol/sdk/client/sse.js";
import { StreamableHTTPClientTransport, type StreamableHTTPClientTransportOptions } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { FetchLike, Transport, TransportSendOptions } from "@modelcontextprotocol/sdk/shared/transport.js";
import type { JSONRPCMessage, RequestId } from "@modelcontextprotocol/sdk/types.js";
import { NodeError } from "#runtime/node/node-error.ts";
import type { RemoteSettings } from "./connection-settings.ts";
import { remoteFailure, statusOf } from "./remote-failure.ts";
import type { ServerTransport } from "./server-transport.ts";
import { OVERSIZED } from "./stdio-transport.ts";
import { watchBody } from "./watch-body.ts";

/** JSON-RPC error code (of the range left to implementations) put in place of an answer that was lost on its way. */
export const LOST = -32_097;

/** What was read is handed on before the end of a body is looked at. */
const SETTLE_MS = 50;
/** A stream that broke is taken up again where it was (0.5 s, doubling), and given up after these attempts. */
const RECONNECTION = { initialReconnectionDelay: 500, reconnectionDelayGrowFactor: 2, maxReconnectionDelay: 30_000, maxRetries: 5 };

interface Pending {
  /** The server numbers its events: after a break they are asked for again. */
  isResumable: boolean;
  exchange: AbortController;
}

export interface RemoteGiven {
  settings: Pick<RemoteSettings, "transport" | "url">;
  /** Passes the guard and proves who asks. */
  fetch: FetchLike;
  /** Milliseconds for saying goodbye. */
  graceMs: number;
  /** For tests. */
  reconnection?: StreamableHTTPClientTransportOptions["reconnectionOptions"];
}

/**
 * Speaks MCP over HTTP with the SDK's transports. They wait for ever for an answer whose stream broke, read bodies of any size, and do not tell
 * when a connection is gone for good: that is added here.
 */
export class RemoteTransport implements ServerTransport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: Transport["onmessage"];
  readonly pid = undefined;
  readonly output = "";
  ending: string | undefined;
  isExpired = false;

  readonly #given: RemoteGiven;
  readonly #inner: Transport & Partial<Pick<StreamableHTTPClientTransport, "terminateSession">>;
  readonly #pending = new Map<RequestId, Pending>();
  #isStarted = false;
  #closing: Promise<void> | undefined;
  #lastFailure: NodeError | undefined;

  constructor(given: RemoteGiven) {
    this.#given = given;
    const url = new URL(given.settings.url);
    const fetch: FetchLike = (to, init) => this.#exchange(to, init);
    const reconnectionOptions = given.reconnection ?? RECONNECTION;
    this.#inner =
      given.settings.transport === "sse" ? new SSEClientTransport(url, { fetch }) : new StreamableHTTPClientTransport(url, { fetch, reconnectionOptions });
    this.#inner.onmessage = (message) => this.#receive(message);
    this.#inner.onerror = (error) => this.#trouble(error);
    this.#inner.onclose = () => this.onclose?.();
  }

  /** Rejects with `NodeError`. */
  async start(): Promise<void> {
    try {
      await this.#inner.start();
      this.#isStarted = true;
    } catch (error) {
      // EventSource keeps of an error only its text
      throw this.#lastFailure ?? remoteFailure(error);
    }
  }

  setProtocolVersion(version: string): void {
    this.#inner.setProtocolVersion?.(version);
  }

  /** Rejects with `NodeError`. */
  async send(message: JSONRPCMessage, options: TransportSendOptions = {}): Promise<void> {
    const id = "method" in message && "id" in message ? message.id : undefined;
    const pending: Pending = { isResumable: false, exchange: new AbortController() };
    if (id !== undefined) this.#pending.set(id, pending);
    const onresumptiontoken = () => {
      pending.isResumable = true;
    };
    try {
      await this.#inner.send(message, id === undefined ? options : { ...options, onresumptiontoken });
    } catch (error) {
      if (id !== undefined) this.#pending.delete(id);
      throw this.#failureOf(error);
    }
    if ("method" in message && message.method === "notifications/cancelled") this.#forget(message.params?.requestId);
  }

  close(): Promise<void> {
    // not at once: the SDK tells of the end while it is being closed
    this.#closing ??= Promise.resolve().then(() => this.#goodbye());
    return this.#closing;
  }

  async #goodbye(): Promise<void> {
    if (this.ending === undefined && this.#inner.terminateSession) {
      const late = new Promise<void>((resolve) => setTimeout(resolve, this.#given.graceMs).unref());
      await Promise.race([this.#inner.terminateSession().catch(() => undefined), late]);
    }
    await this.#inner.close();
  }

  #receive(message: JSONRPCMessage): void {
    if (!("method" in message) && message.id !== undefined) this.#pending.delete(message.id);
    try {
      this.onmessage?.(message);
    } catch (error) {
      this.onerror?.(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** Trouble that no call is told of by itself. */
  #trouble(error: Error): void {
    if (this.#hasForgotten(error)) this.#expire();
    else if (error.message.startsWith("Maximum reconnection attempts")) this.#end("lost its connection and could not be reached again");
    // EventSource would go on with another session, which nobody has greeted
    else if (this.#isStarted && error instanceof SseError) this.#end("broke the connection");
    this.onerror?.(error);
  }

  #failureOf(error: unknown): NodeError {
    if (!this.#hasForgotten(error)) return remoteFailure(error);
    this.#expire();
    const details = { session: "forgotten", advice: "Try again: another session is begun." };
    return new NodeError("network", "The server has forgotten the session.", { happened: "no", details, cause: error });
  }

  /** "Not found" to whoever names a session: the server has ended it. Some answer 400 and say so in words. */
  #hasForgotten(error: unknown): boolean {
    if (this.#inner.sessionId === undefined) return false;
    const status = statusOf(error);
    return status === 404 || (status === 400 && error instanceof Error && /session/i.test(error.message));
  }

  #expire(): void {
    this.isExpired = true;
    this.#end("has ended the session");
  }

  #end(ending: string): void {
    if (this.ending !== undefined || this.#closing) return;
    this.ending = ending;
    // whoever sent what brought this to light is told of that first
    setImmediate(() => void this.close());
  }

  /** Nobody waits for it any more. */
  #forget(id: unknown): void {
    if (typeof id !== "string" && typeof id !== "number") return;
    this.#pending.get(id)?.exchange.abort();
    this.#pending.delete(id);
  }

  async #exchange(url: string | URL, init: RequestInit = {}): Promise<Response> {
    const id = requestIn(init.body);
    const pending = id === undefined ? undefined : this.#pending.get(id);
    const signals = [init.signal, pending?.exchange.signal].filter((signal) => signal instanceof AbortSignal);
    const response = await this.#given.fetch(url, { ...init, signal: AbortSignal.any(signals) }).catch((error: unknown) => {
      this.#lastFailure = error instanceof NodeError ? error : undefined;
      throw error;
    });
    this.#lastFailure = undefined;
    if (!response.body) return response;
    const isEvents = response.headers.get("content-type")?.startsWith("text/event-stream") === true;
    const replace = (code: number, message: string) => {
      if (id !== undefined && this.#pending.has(id)) this.#receive({ jsonrpc: "2.0", id, error: { code, message } });
    };
    const body = watchBody(response.body, {
      isEvents,
      onTooLarge: () => isEvents && replace(OVERSIZED, "The answer is too large."),
      onEnd: () => {
        const isLost = () => isEvents && pending?.isResumable === false;
        setTimeout(() => isLost() && replace(LOST, "The connection broke before the answer came."), SETTLE_MS);
      },
    });
    return new Response(body, { status: response.status, statusText: response.statusText, headers: response.headers });
  }
}

function requestIn(body: unknown): RequestId | undefined {
  if (typeof body !== "string") return undefined;
  const message: JSONRPCMessage = JSON.parse(body);
  return "method" in message && "id" in message ? message.id : undefined;
}
