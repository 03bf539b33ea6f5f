import type { WebSocket } from "ws";
import { NodeError } from "#runtime/node/node-error.ts";
import type { GuardedSocket } from "../egress/guarded-socket.ts";
import type { Logger } from "../logger.ts";
import { type ComfyMessage, readBinaryFrame, readTextFrame } from "./frames.ts";
import type { ComfyAddress } from "./server-access.ts";

export interface SocketListener {
  /** Messages of its prompt, and `status` of the server. */
  onMessage(message: ComfyMessage): void;
  onConnected(isConnected: boolean): void;
}

/** The one socket of this process to a server: opened for who listens, opened again when it breaks, closed when nobody listens. */
export interface ComfySocket {
  /** Prompts sent with this id are told of here. */
  readonly clientId: string;
  /** Raised by each connection; undefined while there is none. Two alike: nothing was missed between, and the server has not been started anew. */
  epoch(): number | undefined;
  listen(promptId: string, listener: SocketListener): () => void;
  /** Keeps what is told of a prompt until somebody listens for it; returns once the socket is open, or cannot be soon. */
  expect(promptId: string): Promise<void>;
  /** What is told without a prompt is of this one: one prompt runs at a time. */
  runs(promptId: string): void;
  /** It told nothing of what has happened: an earlier socket of ours that the server closed late can make it deaf. */
  restart(): void;
  close(): void;
}

export interface ComfySocketGiven {
  address: ComfyAddress;
  clientId: string;
  open: GuardedSocket;
  logger: Logger;
  timing?: Partial<SocketTiming>;
}

export interface SocketTiming {
  /** Before it is opened again: doubling from `retryMs` to `mostRetryMs`. */
  retryMs: number;
  mostRetryMs: number;
  /** A ping goes out this often, and one that is not answered until the next but one ends the socket. */
  pingMs: number;
  /** It stays open that long without listeners. */
  idleMs: number;
}

const TIMING: SocketTiming = { retryMs: 500, mostRetryMs: 15_000, pingMs: 30_000, idleMs: 30_000 };
/** Bytes of a frame: the pictures of SaveImageWebsocket come whole. */
const MOST_BYTES = 64 * 1024 * 1024;
const OPENING_MS = 5_000;
const MOST_EXPECTED = 100;
const EXPECTED_MS = 120_000;
const MOST_KEPT = 500;

export function createComfySocket(given: ComfySocketGiven): ComfySocket {
  const timing = { ...TIMING, ...given.timing };
  const listeners = new Map<string, Set<SocketListener>>();
  const expected = new Map<string, ComfyMessage[]>();
  const opening = new Set<() => void>();
  let connection: { socket: WebSocket; epoch: number } | undefined;
  let attempt: AbortController | undefined;
  let epochs = 0;
  let failures = 0;
  let current: string | undefined;
  let retry: NodeJS.Timeout | undefined;
  let idle: NodeJS.Timeout | undefined;
  let isClosed = false;

  const isWanted = () => !isClosed && (listeners.size > 0 || expected.size > 0);
  const everybody = () => [...listeners.values()].flatMap((each) => [...each]);

  const deliver = (message: ComfyMessage) => {
    if (message.type === "status") return everybody().forEach((each) => void each.onMessage(message));
    const promptId = message.prompt ?? current;
    if (message.prompt !== null) current = message.prompt;
    if (message.type === "executing" && message.node === null) current = undefined;
    if (promptId === undefined) return;
    const kept = expected.get(promptId);
    if (kept && kept.length < MOST_KEPT && message.type !== "preview") kept.push(message);
    for (const each of listeners.get(promptId) ?? []) each.onMessage(message);
  };

  const connect = async () => {
    if (connection || attempt || !isWanted()) return;
    clearTimeout(retry);
    attempt = new AbortController();
    const { signal } = attempt;
    try {
      const url = `${given.address.baseUrl}/ws?clientId=${encodeURIComponent(given.clientId)}`;
      const socket = await given.open({ url, headers: given.address.headers, mostBytes: MOST_BYTES, signal });
      attempt = undefined;
      failures = 0;
      current = undefined;
      connection = { socket, epoch: ++epochs };
      attend(socket, { deliver, pingMs: timing.pingMs, onClose: () => lost(socket) });
      // asks for previews that say of which node they are
      socket.send(JSON.stringify({ type: "feature_flags", data: { supports_preview_metadata: true } }));
      for (const each of everybody()) each.onConnected(true);
    } catch (error) {
      attempt = undefined;
      if (!signal.aborted) given.logger.debug({ error, server: given.address.name }, "The socket of a ComfyUI server could not be opened; trying again.");
      again();
    }
    for (const tell of opening) tell();
    opening.clear();
  };
  const again = () => {
    clearTimeout(retry);
    if (!isWanted()) return;
    retry = setTimeout(() => void connect(), Math.min(timing.retryMs * 2 ** failures++, timing.mostRetryMs));
    retry.unref();
  };
  const lost = (socket: WebSocket) => {
    if (connection?.socket !== socket) return;
    connection = undefined;
    for (const each of everybody()) each.onConnected(false);
    again();
  };
  const rest = () => {
    clearTimeout(idle);
    idle = setTimeout(() => {
      if (isWanted()) return;
      connection?.socket.close();
    }, timing.idleMs);
    idle.unref();
  };

  return {
    clientId: given.clientId,
    epoch: () => connection?.epoch,
    listen: (promptId, listener) => {
      const all = listeners.get(promptId) ?? new Set();
      all.add(listener);
      listeners.set(promptId, all);
      for (const message of expected.get(promptId) ?? []) listener.onMessage(message);
      expected.delete(promptId);
      void connect();
      return () => {
        all.delete(listener);
        if (all.size === 0 && listeners.get(promptId) === all) listeners.delete(promptId);
        rest();
      };
    },
    expect: async (promptId) => {
      if (!expected.has(promptId)) expected.set(promptId, []);
      // whoever sent it may have gone
      setTimeout(() => {
        expected.delete(promptId);
        rest();
      }, EXPECTED_MS).unref();
      for (const oldest of expected.keys()) if (expected.size > MOST_EXPECTED) expected.delete(oldest);
      if (connection) return;
      const opened = new Promise<void>((resolve) => opening.add(resolve));
      void connect();
      const late = new Promise<void>((resolve) => void setTimeout(resolve, OPENING_MS).unref());
      await Promise.race([opened, late]);
    },
    runs: (promptId) => {
      current = promptId;
    },
    restart: () => connection?.socket.terminate(),
    close: () => {
      isClosed = true;
      clearTimeout(retry);
      clearTimeout(idle);
      attempt?.abort(new NodeError("cancelled", "The connection is no longer used."));
      connection?.socket.terminate();
    },
  };
}

function attend(socket: WebSocket, given: { deliver(message: ComfyMessage): void; pingMs: number; onClose(): void }): void {
  let unanswered = 0;
  // the server sends no pings of its own: a connection that is gone would never be noticed
  const pings = setInterval(() => {
    if (unanswered >= 2) return socket.terminate();
    unanswered += 1;
    socket.ping();
  }, given.pingMs);
  pings.unref();
  socket.on("message", (data, isBinary) => {
    unanswered = 0;
    const frame = data as Buffer;
    const message = isBinary ? readBinaryFrame(frame) : readTextFrame(frame.toString("utf8"));
    if (message) given.deliver(message);
  });
  socket.on("pong", () => {
    unanswered = 0;
  });
  socket.once("close", () => {
    clearInterval(pings);
    given.onClose();
  });
}
