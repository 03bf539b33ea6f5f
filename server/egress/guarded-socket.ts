import type { createConnection } from "node:net";
import { WebSocket } from "ws";
import { type FailureCode, NodeError } from "#runtime/node/node-error.ts";
import { createConnector } from "./connect.ts";
import { networkError } from "./exchange.ts";
import type { Guard } from "./guard.ts";

export interface GuardedSocketGiven {
  /** `http://` or `https://`: what a socket is made of. */
  url: string;
  headers?: Record<string, string>;
  /** Bytes one message may have; a longer one ends the socket. */
  mostBytes: number;
  signal: AbortSignal;
}

/** Opens a WebSocket past the guard. Rejects with `NodeError`, or with the reason of its signal. Redirects are not followed. */
export type GuardedSocket = (given: GuardedSocketGiven) => Promise<WebSocket>;

const HANDSHAKE_MS = 20_000;

export function createGuardedSocket(guard: Guard): GuardedSocket {
  const connect = createConnector(guard);
  const dial = (options: { host: string; port: string | number; servername?: string }, protocol: string, callback: Parameters<typeof connect>[1]) =>
    connect(
      { hostname: options.host, host: options.host, protocol, port: String(options.port), ...(options.servername && { servername: options.servername }) },
      callback,
    );
  return async ({ url, headers = {}, mostBytes, signal }) => {
    const { protocol } = guard.checkUrl(url);
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<WebSocket>();
    const createGuarded = (options: Parameters<typeof dial>[0], callback: Parameters<typeof connect>[1]) => void dial(options, protocol, callback);
    const socket = new WebSocket(url, {
      ...{ headers, maxPayload: mostBytes, handshakeTimeout: HANDSHAKE_MS, perMessageDeflate: false, followRedirects: false },
      // the one of node:http, which may answer later
      createConnection: createGuarded as unknown as typeof createConnection,
    });
    const abort = () => {
      reject(signal.reason);
      socket.terminate();
    };
    signal.addEventListener("abort", abort, { once: true });
    socket.once("open", () => resolve(socket));
    socket.on("error", (error) => reject(error instanceof NodeError ? error : asFailure(error, url)));
    socket.once("unexpected-response", (_request, response) => {
      const status = response.statusCode ?? 0;
      response.resume();
      socket.terminate();
      const code: FailureCode = status === 401 || status === 403 ? "auth" : "http-status";
      reject(new NodeError(code, `${new URL(url).host} opens no WebSocket: it answered with status ${status}.`, { happened: "no", details: { status } }));
    });
    return promise.finally(() => signal.removeEventListener("abort", abort));
  };
}

function asFailure(error: Error, url: string): NodeError {
  const isLate = error.message.includes("handshake has timed out");
  if (isLate) return new NodeError("timeout", `${new URL(url).host} did not open a WebSocket in time.`, { happened: "no", cause: error });
  return networkError(new URL(url), error);
}
