import { ApiError } from "../api-error.ts";
import { SYNC_CLOSE } from "../contract/document-sync.ts";
import type { Logger } from "../logger.ts";
import type { DocumentUpdateStore } from "../store/document-updates.ts";
import type { DocumentStore } from "../store/documents.ts";
import type { DocumentChecker } from "./document-checker.ts";
import type { DocumentRelay } from "./document-relay.ts";
import { createDocumentRoom, type DocumentRoom, type RoomMember } from "./document-room.ts";
import { GRACE_MS } from "./limits.ts";
import { createStandingsWatch } from "./standings-watch.ts";
import type { UpdateCommitter } from "./update-committer.ts";

/** The documents that are open in this process: loaded when somebody asks for them, kept for a while after the last one left. */
export interface DocumentRooms {
  /** Opens a document, with everything that is stored of it, for as long as `work` takes. Throws ApiError "not-found". */
  use<T>(id: string, work: (room: DocumentRoom) => T | Promise<T>): Promise<T>;
  /** Opens a document until the member leaves. Throws ApiError "not-found", or "conflict" for an archived one. */
  join(id: string, member: RoomMember): Promise<DocumentRoom>;
  /** A document was archived: sends everybody away who has it open, in other processes too. */
  archived(id: string): void;
  /** Sends everybody away, and resolves when everything is stored. */
  close(): Promise<void>;
}

export interface RoomsContext {
  documents: DocumentStore;
  updates: DocumentUpdateStore;
  checker: DocumentChecker;
  committer: UpdateCommitter;
  /** To other processes; absent where they cannot be told. */
  relay?: DocumentRelay | undefined;
  /** Milliseconds between looks at what other processes stored; absent where this process alone uses the database. */
  watchMs?: number | undefined;
  logger: Logger;
  graceMs?: number | undefined;
}

interface Entry {
  readonly loading: Promise<DocumentRoom>;
  room: DocumentRoom | undefined;
  users: number;
  timer: NodeJS.Timeout | undefined;
}

const CLOSE_MS = 10_000;
const ARCHIVED = [SYNC_CLOSE.archived, "This graph was archived."] as const;

export function createDocumentRooms(context: RoomsContext): DocumentRooms {
  const { documents, updates, checker, committer, relay, watchMs, logger, graceMs = GRACE_MS } = context;
  const entries = new Map<string, Entry>();
  /** Rooms on their way out; a document is loaded again only after its last room has stopped. */
  const leaving = new Map<string, Promise<void>>();
  let isClosed = false;

  const evict = (id: string, entry: Entry) => {
    if (entries.get(id) !== entry) return;
    entries.delete(id);
    clearTimeout(entry.timer);
    const gone = (entry.room?.destroy() ?? Promise.resolve()).finally(() => {
      if (leaving.get(id) === gone) leaving.delete(id);
    });
    leaving.set(id, gone);
  };
  const rest = (id: string, entry: Entry) => {
    clearTimeout(entry.timer);
    if (entry.users > 0 || !entry.room?.isIdle()) return;
    entry.timer = setTimeout(() => {
      if (entry.users === 0 && entry.room?.isIdle()) evict(id, entry);
    }, graceMs).unref();
  };
  const load = async (id: string, entry: () => Entry): Promise<DocumentRoom> => {
    await leaving.get(id);
    if (!(await documents.read(id))) throw new ApiError("not-found", "There is no such document.");
    const onBroken = () => {
      entry().room?.dismiss(SYNC_CLOSE.shuttingDown, "The document is being loaded again.");
      evict(id, entry());
    };
    const given = { checker, committer, store: updates, relay, logger, onIdle: () => rest(id, entry()), onMissed: () => watch?.missed(id), onBroken };
    const room = createDocumentRoom(id, await updates.load(id), given);
    entry().room = room;
    return room;
  };
  const enter = (id: string): Entry => {
    if (isClosed) throw new ApiError("unavailable", "Heddle is shutting down.");
    const known = entries.get(id);
    if (known) return known;
    const entry: Entry = { loading: Promise.resolve().then(() => load(id, () => entry)), room: undefined, users: 0, timer: undefined };
    entries.set(id, entry);
    entry.loading.catch(() => evict(id, entry));
    return entry;
  };
  const watch =
    watchMs === undefined
      ? undefined
      : createStandingsWatch({
          ...{ store: updates, everyMs: watchMs, logger },
          open: () => [...entries].filter(([, { room }]) => room).map(([id]) => id),
          tell: async ({ document, number, isArchived }) => {
            const room = entries.get(document)?.room;
            if (isArchived) room?.dismiss(...ARCHIVED);
            await room?.catchUp(number);
          },
        });
  const use: DocumentRooms["use"] = async (id, work) => {
    const entry = enter(id);
    entry.users++;
    try {
      if (entry.room) await watch?.refresh(id);
      return await work(await entry.loading);
    } finally {
      entry.users--;
      rest(id, entry);
    }
  };
  return {
    use,
    join: (id, member) =>
      use(id, async (room) => {
        const row = await documents.read(id);
        if (row?.archivedAt) throw new ApiError("conflict", "This document is archived.");
        room.join(member);
        return room;
      }),
    archived: (id) => {
      entries.get(id)?.room?.dismiss(...ARCHIVED);
      relay?.dismiss(id, ...ARCHIVED);
    },
    close: async () => {
      isClosed = true;
      watch?.stop();
      const open = [...entries];
      for (const [, { room }] of open) room?.dismiss(SYNC_CLOSE.shuttingDown, "Heddle is shutting down.");
      const limit = setTimeout(() => committer.abandon(), CLOSE_MS);
      await Promise.allSettled(open.map(([, { loading }]) => loading));
      for (const [id, entry] of open) evict(id, entry);
      await Promise.allSettled(leaving.values());
      await committer.idle();
      clearTimeout(limit);
      await checker.close();
    },
  };
}
