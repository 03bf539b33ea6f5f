import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { ApiError } from "../api-error.ts";
import type { Access } from "../auth/access.ts";
import type { AccessRules } from "../auth/access-rules.ts";
import type { Actor } from "../auth/actor.ts";
import type { Authenticate } from "../auth/authenticate.ts";
import type { Action } from "../contract/access.ts";
import { API_ERRORS, type ApiErrorCode } from "../contract/api-error.ts";
import type { Limits } from "../http/guards.ts";
import type { Logger } from "../logger.ts";
import { closeReason } from "./close-reason.ts";
import { createSocketShares, type SocketShares, type SocketSharesGiven } from "./socket-shares.ts";

/** One address that takes sockets. */
export interface SocketRoute {
  /** Its first group is the resource's id. */
  path: RegExp;
  action: Action;
  /** What opening it for changes takes, where it may be opened for looking alone. */
  edit?: Action;
  /** Serves a socket that was accepted in this very turn. */
  attach(socket: WebSocket, given: SocketGiven): void;
}

/** Who opened a socket, and what they may do. */
export interface SocketGiven {
  id: string;
  query: URLSearchParams;
  actor: Actor;
  /** Whether the actor might edit when the socket was opened, where that is what the address is about. */
  mayEdit: boolean;
  /** Throws `ApiError` unless the actor may do this to a resource now. */
  require: (action: Action, id: string) => Promise<void>;
  /** For a socket that shows more than the resource of its address: `requireAll` throws `ApiError` unless the actor may still see all of it. */
  alsoShows: (requireAll: () => Promise<void>) => void;
}

export interface UpgradeGiven {
  server: Server;
  routes: readonly SocketRoute[];
  rules: AccessRules;
  authenticate: Authenticate;
  access: Access;
  /** Tells that somebody's access may have changed; returns how to stop. Absent: access is looked at now and then only. */
  onAccessChanged?: ((listener: () => void) => () => void) | undefined;
  logger: Logger;
  /** How often one address may open a socket; absent: as often as it likes. */
  limits?: Pick<Limits, "upgrade"> | undefined;
  /** How many sockets there may be, and whose. */
  shares?: SocketSharesGiven | undefined;
  /** Milliseconds between looks whether access still holds; 60 s when absent. */
  recheckMs?: number;
}

export interface Sockets {
  /** Tells every client to come back later, and cuts those that do not answer. */
  close(): Promise<void>;
}

const MAX_PAYLOAD = 12 * 1024 * 1024 + 1024;
const RECHECK_MS = 60_000;
const PING_MS = 30_000;
/** Milliseconds until a look that failed is taken again. */
const RETRY_MS = 1_000;
const CLOSE_MS = 1_000;

/**
 * Takes websockets: a wrong Host or Origin is refused as HTTP. Missing access is accepted and closed at once, with a code that the client can
 * read (a refused upgrade looks like a network fault, and is tried again for ever).
 */
export function acceptSockets(given: UpgradeGiven): Sockets {
  const { server, rules } = given;
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_PAYLOAD, perMessageDeflate: false, clientTracking: true });
  const rechecks = new Set<() => void>();
  const shares = createSocketShares(given.shares);
  let changes = 0;
  const silence = given.onAccessChanged?.(() => {
    changes++;
    for (const recheck of rechecks) recheck();
  });
  let isClosing = false;

  const accept = async (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    const url = new URL(request.url ?? "/", "http://local");
    const found = given.routes.map((route) => ({ route, match: route.path.exec(url.pathname) })).find(({ match }) => match);
    if (!rules.isOwnHost(request) || !rules.isOwnOrigin(request, "change")) return refuse(stream, 403, "Forbidden");
    if (!found?.match) return refuse(stream, 404, "Not Found");
    if (isClosing) return refuse(stream, 503, "Service Unavailable");
    if (given.limits && !(await given.limits.upgrade(request))) return refuse(stream, 429, "Too Many Requests");
    const { route } = found;
    const id = found.match[1] ?? "";
    const known = changes;
    const verdict = await judge(given, request, { route, id });
    if (stream.destroyed) return;
    const admitted = verdict.type === "allowed" ? withPlace(verdict, shares.take({ request, ...verdict })) : verdict;
    const giveBack = admitted.type === "refused" ? shares.takeRefused() : admitted.giveBack;
    if (!giveBack) return refuse(stream, 429, "Too Many Requests");
    // whatever becomes of the socket
    stream.once("close", giveBack);
    sockets.handleUpgrade(request, stream, head, (socket) => {
      socket.on("error", () => undefined);
      if (admitted.type === "refused") return end(socket, admitted);
      const { actor, mayEdit } = admitted;
      const require = async (action: Action, resource: string) => {
        const { verdict: now } = await given.access.judge(actor, { action, id: resource });
        if (!now.allowed) throw new ApiError(now.code, now.message);
      };
      let requireAll = async () => {};
      const alsoShows: SocketGiven["alsoShows"] = (look) => {
        requireAll = look;
      };
      route.attach(socket, { ...{ id, actor, mayEdit, require, alsoShows }, query: url.searchParams });
      const judgeAgain = () => judge(given, request, { route, id });
      const recheck = watch(socket, { recheckMs: given.recheckMs ?? RECHECK_MS, before: admitted, judge: judgeAgain, requireAll: () => requireAll() });
      rechecks.add(recheck);
      socket.once("close", () => rechecks.delete(recheck));
      if (known !== changes) recheck();
    });
  };

  server.on("upgrade", (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    stream.on("error", () => stream.destroy());
    accept(request, stream, head).catch((error: unknown) => {
      given.logger.error({ error }, "A websocket could not be accepted.");
      refuse(stream, 500, "Internal Server Error");
    });
  });

  return {
    close: async () => {
      isClosing = true;
      silence?.();
      const open = [...sockets.clients];
      for (const socket of open) socket.close(API_ERRORS.unavailable.close, "Heddle is shutting down.");
      const cut = setTimeout(() => {
        for (const socket of open) socket.terminate();
      }, CLOSE_MS);
      await Promise.all(
        open.map((socket) => new Promise((resolve) => (socket.readyState === socket.CLOSED ? resolve(undefined) : socket.once("close", resolve)))),
      );
      clearTimeout(cut);
    },
  };
}

type Allowed = { type: "allowed"; actor: Actor; workspace: string; mayEdit: boolean };
type Refused = { type: "refused"; code: ApiErrorCode; message: string };
type Judged = Allowed | Refused;

async function judge(given: UpgradeGiven, request: IncomingMessage, { route, id }: { route: SocketRoute; id: string }): Promise<Judged> {
  try {
    const actor = await given.authenticate(request);
    const about = id === "" ? {} : { id };
    const judged = await given.access.judge(actor, { action: route.action, ...about });
    if (!("workspace" in judged)) return { type: "refused", code: judged.verdict.code, message: judged.verdict.message };
    const mayEdit = route.edit !== undefined && (await given.access.judge(actor, { action: route.edit, ...about })).verdict.allowed;
    return { type: "allowed", actor, workspace: judged.workspace, mayEdit };
  } catch (error) {
    if (error instanceof ApiError) return { type: "refused", code: error.code, message: error.message };
    throw error;
  }
}

function withPlace(verdict: Allowed, place: ReturnType<SocketShares["take"]>): (Allowed & { giveBack: () => void }) | Refused {
  return place.type === "taken" ? { ...verdict, giveBack: place.giveBack } : { type: "refused", code: "rate-limited", message: place.message };
}

interface WatchGiven {
  recheckMs: number;
  before: Allowed;
  judge: () => Promise<Judged>;
  requireAll: () => Promise<void>;
}

const CHANGED = "What you may do here has changed; connecting again.";

/** Ends a socket whose access has gone, or whose client has. Answers how to look at once whether access still holds. */
function watch(socket: WebSocket, given: WatchGiven): () => void {
  let isAlive = true;
  socket.on("pong", () => {
    isAlive = true;
  });
  const ping = setInterval(() => {
    if (!isAlive) return socket.terminate();
    isAlive = false;
    socket.ping();
  }, PING_MS).unref();
  const look = async () => {
    const now = await given.judge();
    if (now.type === "refused") return end(socket, now);
    const isSame = now.mayEdit === given.before.mayEdit && now.actor.id === given.before.actor.id;
    // whoever may do more or less now, or is somebody else, connects again as what they are
    if (!isSame || !(await maySeeAll(given.requireAll))) socket.close(API_ERRORS.unavailable.close, CHANGED);
  };
  let again: NodeJS.Timeout | undefined;
  const lookOnce = () => {
    clearTimeout(again);
    look().catch(() => {
      // the database cannot be asked now
      if (socket.readyState === socket.OPEN) again = setTimeout(lookOnce, RETRY_MS).unref();
    });
  };
  const recheck = setInterval(lookOnce, given.recheckMs).unref();
  socket.on("close", () => {
    clearInterval(ping);
    clearInterval(recheck);
    clearTimeout(again);
  });
  return lookOnce;
}

async function maySeeAll(requireAll: WatchGiven["requireAll"]): Promise<boolean> {
  try {
    await requireAll();
    return true;
  } catch (error) {
    if (error instanceof ApiError) return false;
    throw error;
  }
}

/** Tells why, and cuts a client that does not answer. */
function end(socket: WebSocket, { code, message }: Refused): void {
  socket.close(API_ERRORS[code].close, closeReason(message));
  const cut = setTimeout(() => socket.terminate(), CLOSE_MS).unref();
  socket.once("close", () => clearTimeout(cut));
}

function refuse(stream: Duplex, status: number, reason: string): void {
  if (stream.destroyed) return;
  // whoever keeps their half open is not waited for
  stream.once("finish", () => stream.destroy());
  stream.end(`HTTP/1.1 ${status} ${reason}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
