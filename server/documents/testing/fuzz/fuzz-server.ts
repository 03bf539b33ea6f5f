import { silentLogger } from "../../../logger.ts";
import type { Fanout } from "../../../queue/fanout.ts";
import type { Database } from "../../../store/database/open-database.ts";
import { createDocumentUpdateStore } from "../../../store/document-updates.ts";
import { createDocumentStore } from "../../../store/documents.ts";
import { readMessage, writeUpdate } from "../../../ws/document-messages.ts";
import { createDocumentSession, type DocumentSession } from "../../../ws/document-session.ts";
import type { DocumentChecker } from "../../document-checker.ts";
import { createDocumentRelay } from "../../document-relay.ts";
import type { DocumentRoom, Outcome, RoomMember } from "../../document-room.ts";
import { createDocumentRooms, type DocumentRooms } from "../../document-rooms.ts";
import { createUpdateCommitter } from "../../update-committer.ts";

/** One connection of somebody to the document, seen from the server. */
export interface FuzzConnection {
  /** A message of the client arrives. */
  take(message: Uint8Array): void;
  end(): void;
}

/** The server's side of documents, over a database that outlives it. */
export interface FuzzServer {
  /** `onClose` is told the websocket close code with which the server ends the connection. */
  connect(given: { document: string; send: (message: Uint8Array) => void; onClose: (code: number, reason: string) => void }): Promise<FuzzConnection>;
  /** Everything that arrived is dealt with. */
  idle(): Promise<void>;
  /** The document with everything that is stored of it. */
  room(document: string): Promise<DocumentRoom>;
  stop(): Promise<void>;
}

/** Looks come when a document is asked for: at no time of their own, so that a seed does the same again. */
const WATCH_MS = 24 * 60 * 60_000;

export interface FuzzServerGiven {
  database: Database;
  /** Outlives the server: a thread of it takes long to start. */
  checker: DocumentChecker;
  /** To the other processes, if there are any. */
  fanout?: Fanout | undefined;
  /** A document was read on from a state that took the place of updates. */
  onState(): void;
}

export function startFuzzServer({ database, checker, fanout, onState }: FuzzServerGiven): FuzzServer {
  const problems: unknown[] = [];
  const stored = createDocumentUpdateStore(database);
  const since: typeof stored.since = async (document, after) => {
    const tail = await stored.since(document, after);
    if (tail.state) onState();
    return tail;
  };
  const updates = { ...stored, since };
  const committer = createUpdateCommitter({ store: updates, onProblem: (error) => problems.push(error) });
  const rooms: DocumentRooms = createDocumentRooms({
    ...{ documents: createDocumentStore(database), updates, committer, graceMs: 60_000 },
    logger: { ...silentLogger, error: (details, message) => problems.push(new Error(message, { cause: details })) },
    ...(fanout && { relay: createDocumentRelay(fanout), watchMs: WATCH_MS }),
    checker: { ...checker, close: async () => undefined },
  });
  const underWay = new Set<Promise<Outcome>>();
  const tracked = (room: DocumentRoom): DocumentRoom => ({
    ...room,
    submit: (submission) => {
      const outcome = room.submit(submission);
      underWay.add(outcome);
      void outcome.finally(() => underWay.delete(outcome));
      return outcome;
    },
  });
  return {
    connect: async ({ document, onClose, ...given }) => {
      const send = (message: Uint8Array) => {
        if (session !== "ended") given.send(message);
      };
      const close = (code: number, reason: string) => {
        if (session !== "ended") onClose(code, reason);
      };
      let session: DocumentSession | "joining" | "ended" = "joining";
      const member: RoomMember = { actor: "me", onUpdate: (update) => send(writeUpdate(update)), onPresence: () => undefined, onDismiss: close };
      const room = await rooms.join(document, member);
      const outgoing = { send: (message: Uint8Array | string) => typeof message !== "string" && send(message), check: () => undefined };
      const sendBulk = (message: () => Uint8Array) => {
        send(message());
        return true;
      };
      session = createDocumentSession({ room: tracked(room), member, outgoing: { ...outgoing, sendBulk }, acks: true, readOnly: false, close });
      return {
        take: (message) => {
          if (typeof session === "object") session.take(readMessage(message));
        },
        end: () => {
          const ending = session;
          session = "ended";
          if (typeof ending === "object") ending.end();
        },
      };
    },
    idle: async () => {
      while (underWay.size > 0) await Promise.all(underWay);
      // what follows from an outcome is said a few turns later
      await new Promise((resolve) => setImmediate(resolve));
      if (problems.length > 0) throw problems[0];
    },
    room: (document) => rooms.use(document, (room) => room),
    stop: () => rooms.close(),
  };
}
