import type { WebSocket } from "ws";
import { NodeError } from "#runtime/node/node-error.ts";
import type { GuardedSocket } from "../egress/guarded-socket.ts";
import type { Logger } from "../logger.ts";
import { type ComfyMessage, readBinaryFrame, readTextFrame } from "./frames.ts";
import type { ComfyAddress } from "./server-access.ts";
import { createSocketAudience, type SocketAudience, type SocketListener } from "./socket-audience.ts";

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

export function createComfySocket(given: ComfySocketGiven): ComfySocket {
  const timing = { ...TIMING, ...given.timing };
  let idle: NodeJS.Timeout | undefined;
  const rest = () => {
    clearTimeout(idle);
    idle = setTimeout(() => void (audience.isEmpty() && line.hangUp()), timing.idleMs);
    idle.unref();
  };
  const audience = createSocketAudience({ onLeft: rest });
  const line = createLine(given, { timing, audience });
  return {
    clientId: given.clientId,
    epoch: line.epoch,
    listen: (promptId, listener) => {
      const stop = audience.listen(promptId, listener);
      void line.open();
      return stop;
    },
    expect: async (promptId) => {
      audience.expect(promptId);
      const late = new Promise<void>((resolve) => void setTimeout(resolve, OPENING_MS).unref());
      await Promise.race([line.open(), late]);
    },
    runs: audience.runs,
    restart: line.restart,
    close: () => {
      clearTimeout(idle);
      line.close();
    },
  };
}

/** One connection after another, as long as somebody listens. */
interface Line {
  epoch(): number | undefined;
  /** Resolves once there is a connection, or the attempt to make one has failed: it is tried again. */
  open(): Promise<void>;
  /** Ends the connection in good order; it is opened again when it is needed. */
  hangUp(): void;
  /** Ends the connection at once, and opens another. */
  restart(): void;
  close(): void;
}

function createLine(given: ComfySocketGiven, { timing, audience }: { timing: SocketTiming; audience: SocketAudience }): Line {
  let connection: { socket: WebSocket; epoch: number } | undefined;
  let attempt: { stop: AbortController; done: Promise<void> } | undefined;
  let epochs = 0;
  let failures = 0;
  let retry: NodeJS.Timeout | undefined;
  let isClosed = false;
  const isWanted = () => !isClosed && !audience.isEmpty();

  const attend = async (signal: AbortSignal) => {
    try {
      const socket = await dial(given, { signal, deliver: audience.deliver, pingMs: timing.pingMs, onClose: (closed) => lost(closed) });
      attempt = undefined;
      failures = 0;
      audience.runs(undefined);
      connection = { socket, epoch: ++epochs };
      audience.connected(true);
    } catch (error) {
      attempt = undefined;
      if (!signal.aborted) given.logger.debug({ error, server: given.address.name }, "The socket of a ComfyUI server could not be opened; trying again.");
      again();
    }
  };
  const connect = async () => {
    if (connection || !isWanted()) return;
    clearTimeout(retry);
    if (!attempt) {
      const stop = new AbortController();
      attempt = { stop, done: Promise.resolve() };
      attempt.done = attend(stop.signal);
    }
    return attempt?.done;
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
    audience.connected(false);
    again();
  };
  return {
    epoch: () => connection?.epoch,
    open: connect,
    hangUp: () => connection?.socket.close(),
    restart: () => connection?.socket.terminate(),
    close: () => {
      isClosed = true;
      clearTimeout(retry);
      attempt?.stop.abort(new NodeError("cancelled", "The connection is no longer used."));
      connection?.socket.terminate();
    },
  };
}

interface Dialling {
  signal: AbortSignal;
  deliver(message: ComfyMessage): void;
  pingMs: number;
  onClose(socket: WebSocket): void;
}

async function dial({ address, clientId, open }: ComfySocketGiven, { signal, deliver, pingMs, onClose }: Dialling): Promise<WebSocket> {
  const url = `${address.baseUrl}/ws?clientId=${encodeURIComponent(clientId)}`;
  const socket = await open({ url, headers: address.headers, mostBytes: MOST_BYTES, signal });
  let unanswered = 0;
  // the server sends no pings of its own: a connection that is gone would never be noticed
  const pings = setInterval(() => {
    if (unanswered >= 2) return socket.terminate();
    unanswered += 1;
    socket.ping();
  }, pingMs);
  pings.unref();
  socket.on("message", (data, isBinary) => {
    unanswered = 0;
    const frame = data as Buffer;
    const message = isBinary ? readBinaryFrame(frame) : readTextFrame(frame.toString("utf8"));
    if (message) deliver(message);
  });
  socket.on("pong", () => {
    unanswered = 0;
  });
  socket.once("close", () => {
    clearInterval(pings);
    onClose(socket);
  });
  // asks for previews that say of which node they are
  socket.send(JSON.stringify({ type: "feature_flags", data: { supports_preview_metadata: true } }));
  return socket;
}
