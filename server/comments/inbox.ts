import { commentIdSchema, graphIdSchema, inboxItemIdSchema, nodeIdSchema, runIdSchema } from "#runtime/graph/ids.ts";
import { ApiError } from "../api-error.ts";
import type { Actor } from "../auth/actor.ts";
import type { InboxItem } from "../contract/inbox.ts";
import type { InboxOwner, InboxQuery, InboxRow, InboxStore } from "../store/inbox.ts";
import type { LiveComments } from "./live-comments.ts";

/** What people were told, each their own. An API token sees what is in its workspace. */
export interface Inbox {
  list(actor: Actor, query: InboxQuery): Promise<{ items: InboxItem[]; nextCursor?: string }>;
  countUnread(actor: Actor): Promise<number>;
  /** Answers how many are unread afterwards. Throws `ApiError("not-found")`. */
  mark(actor: Actor, item: string, read: boolean): Promise<number>;
  markAll(actor: Actor): Promise<number>;
  /** Drops what was read long ago; answers how many. */
  evict(): Promise<number>;
  /** Hands over how many are unread, now and whenever that may have changed. Returns how to stop. */
  follow(actor: Actor, listener: (unread: number) => void): () => void;
}

/** How long what was read stays. */
const KEPT_MS = 90 * 24 * 60 * 60_000;
const DROPPED_AT_ONCE = 5_000;
/** Milliseconds for which what happens is gathered into one count. */
const GATHER_MS = 50;

export interface InboxGiven {
  store: InboxStore;
  live: Pick<LiveComments, "inboxChanged" | "followInbox">;
  onError: (error: unknown) => void;
  now?: () => number;
}

export function createInbox({ store, live, onError, now = Date.now }: InboxGiven): Inbox {
  const changed = async (actor: Actor) => {
    live.inboxChanged(actor.id);
    return store.countUnread(ownerOf(actor));
  };
  return {
    list: async (actor, query) => {
      const { items, ...rest } = await store.list(ownerOf(actor), query);
      return { items: items.map(show), ...rest };
    },
    countUnread: (actor) => store.countUnread(ownerOf(actor)),
    mark: async (actor, item, read) => {
      if (!(await store.mark(ownerOf(actor), item, read))) throw new ApiError("not-found", "This is not in your inbox any more.");
      return changed(actor);
    },
    markAll: async (actor) => {
      await store.markAll(ownerOf(actor));
      return changed(actor);
    },
    evict: () => store.evict({ readBefore: new Date(now() - KEPT_MS), limit: DROPPED_AT_ONCE }),
    follow: (actor, listener) => {
      let timer: NodeJS.Timeout | undefined;
      let isOver = false;
      const count = async () => {
        timer = undefined;
        const unread = await store.countUnread(ownerOf(actor));
        if (!isOver) listener(unread);
      };
      const look = () => {
        timer ??= setTimeout(() => count().catch(onError), GATHER_MS).unref();
      };
      const stop = live.followInbox(actor.id, look);
      look();
      return () => {
        isOver = true;
        clearTimeout(timer);
        stop();
      };
    },
  };
}

function ownerOf(actor: Actor): InboxOwner {
  return { user: actor.id, workspace: actor.kind === "token" ? actor.workspace : undefined };
}

function show({ id, kind, by, byName, node, nodeLabel, thread, comment, gate, notice, body, createdAt, readAt, ...row }: InboxRow): InboxItem {
  const common = {
    id: inboxItemIdSchema.parse(id),
    graph: { id: graphIdSchema.parse(row.graph), name: row.graphName, workspace: row.workspaceName },
    node: node === null ? null : { id: nodeIdSchema.parse(node), label: nodeLabel },
    body,
    createdAt: createdAt.toISOString(),
    readAt: readAt?.toISOString() ?? null,
  };
  if (kind === "gate") return { ...common, kind, gate: gate ?? "", isReminder: (notice ?? 0) > 0 };
  if (kind === "budget") return { ...common, kind, run: runIdSchema.parse(gate?.split(".")[0]) };
  return { ...common, kind, by: { id: by ?? "", name: byName ?? "" }, thread: commentIdSchema.parse(thread), comment: commentIdSchema.parse(comment) };
}
