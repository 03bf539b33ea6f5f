import type { RawData, WebSocket } from "ws";
import { ApiError } from "../api-error.ts";
import { SYNC_CLOSE } from "../contract/document-sync.ts";
import type { RoomMember } from "../documents/document-room.ts";
import type { DocumentRooms } from "../documents/document-rooms.ts";
import type { SeenAs } from "../documents/seen-as.ts";
import { closeReason } from "./close-reason.ts";
import { type DocumentMessage, readMessage, SIGN_OF_LIFE, writeAwareness, writeUpdate } from "./document-messages.ts";
import { createDocumentSession, type DocumentSession } from "./document-session.ts";
import { createOutgoing, type Outgoing } from "./outgoing.ts";
import { createTokenBucket } from "./token-bucket.ts";

/** Per connection (`quality.md`); an update of 12 MiB still comes with a few bytes around it. */
const MESSAGES = { perSecond: 60, burst: 200 };
const BYTES = { perSecond: 1024 * 1024, burst: 12 * 1024 * 1024 + 1024 };
/** The stock client echoes what it hears about others, so that awareness messages are many by nature; what is passed on is limited elsewhere. */
const AWARENESS = { perSecond: 1_000, burst: 4_000 };
const TICK_MS = 5_000;
const TICKS_PER_SIGN = 3;
/** What a client gets to answer the close; then the connection is cut. */
const CLOSE_MS = 2_000;

export interface DocumentSocketGiven {
  /** Accepted (host, origin and access are checked) in this very turn, so that no message was missed. */
  socket: WebSocket;
  documentId: string;
  /** The client understands acknowledgements and notices. */
  acks: boolean;
  /** The actor may look but not edit. */
  readOnly: boolean;
  rooms: DocumentRooms;
  actor: string;
  /** See `RoomMember`. */
  seenAs?: SeenAs | undefined;
}

const updateFrame = writtenOnce(writeUpdate);
const awarenessFrame = writtenOnce(writeAwareness);

type Close = (code: number, reason: string) => void;

/** Serves `/ws/graphs/:id` on an accepted socket: the y-websocket protocol, each update committed before it is acknowledged or passed on. */
export function attachDocumentSocket(given: DocumentSocketGiven): void {
  const { socket, documentId, rooms, acks, readOnly, actor, seenAs } = given;
  const close: Close = (code, reason) => closeSocket(socket, code, reason);
  let session: DocumentSession | undefined;
  const outgoing = createOutgoing(socket, {
    onTooSlow: () => close(SYNC_CLOSE.tooSlow, "Too far behind; connect again."),
    onBulkSent: () => session?.onBulkSent(),
  });
  const member: RoomMember = {
    ...{ actor, seenAs },
    onUpdate: (update) => outgoing.send(updateFrame(update)),
    onPresence: (update) => outgoing.send(awarenessFrame(update)),
    onDismiss: close,
  };
  const open = rooms.join(documentId, member).then((room) => {
    if (socket.readyState === socket.OPEN) session = createDocumentSession({ room, member, outgoing, acks, readOnly, close });
    else room.leave(member);
  });
  listen(socket, { opened: open, close, take: (message) => session?.take(message) });
  open.catch((error: unknown) => {
    const code = error instanceof ApiError ? { "not-found": SYNC_CLOSE.notFound, conflict: SYNC_CLOSE.archived }[String(error.code)] : undefined;
    close(code ?? SYNC_CLOSE.shuttingDown, error instanceof ApiError ? error.message : "The document could not be opened; try again.");
  });
  socket.on("close", () => {
    session?.end();
    session = undefined;
  });
  keepAlive(socket, outgoing);
}

/** Reads messages in order, from when the document is open: until then nothing is read from the network. */
function listen(socket: WebSocket, given: { opened: Promise<void>; close: Close; take: (message: DocumentMessage) => void }): void {
  const allow = createLimits();
  let early: Uint8Array[] | undefined = [];
  const take = (bytes: Uint8Array) => {
    // what arrives after a close was decided is not looked at
    if (socket.readyState !== socket.OPEN) return;
    try {
      const message = readMessage(bytes);
      if (allow(message, bytes.byteLength)) given.take(message);
      else given.close(SYNC_CLOSE.rateLimited, "Too many messages; try again in a while.");
    } catch {
      given.close(SYNC_CLOSE.malformed, "This is no message of a document.");
    }
  };
  socket.on("message", (data, isBinary) => {
    if (!isBinary) given.close(SYNC_CLOSE.malformed, "A document speaks in bytes.");
    else if (early) early.push(bytesOf(data));
    else take(bytesOf(data));
  });
  // the close event follows and does what there is to do
  socket.on("error", () => undefined);
  socket.pause();
  const start = () => {
    for (const bytes of early ?? []) take(bytes);
    early = undefined;
    socket.resume();
  };
  given.opened.then(start, start);
}

function createLimits(): (message: DocumentMessage, bytes: number) => boolean {
  const messages = createTokenBucket(MESSAGES);
  const awareness = createTokenBucket(AWARENESS);
  const bytes = createTokenBucket(BYTES);
  return (message, size) => bytes.take(size) && (message.type === "awareness" ? awareness : messages).take(1);
}

/** The stock client wants to hear something; whether it still answers is looked at where sockets are accepted. */
function keepAlive(socket: WebSocket, outgoing: Outgoing): void {
  let ticks = 0;
  const timer = setInterval(() => {
    outgoing.check();
    if (++ticks % TICKS_PER_SIGN === 0) outgoing.send(SIGN_OF_LIFE);
  }, TICK_MS).unref();
  socket.on("close", () => clearInterval(timer));
}

function closeSocket(socket: WebSocket, code: number, reason: string): void {
  if (socket.readyState !== socket.OPEN) return;
  socket.close(code, closeReason(reason));
  setTimeout(() => socket.terminate(), CLOSE_MS).unref();
}

/** A room hands the same bytes to everybody who is in it: they become a message once. */
function writtenOnce(write: (content: Uint8Array) => Uint8Array): (content: Uint8Array) => Uint8Array {
  const written = new WeakMap<Uint8Array, Uint8Array>();
  return (content) => {
    const message = written.get(content) ?? write(content);
    written.set(content, message);
    return message;
  };
}

function bytesOf(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}
