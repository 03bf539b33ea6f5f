import { and, asc, desc, eq, inArray, isNull, type SQL, sql } from "drizzle-orm";
import type { Database, Db, Tx } from "./database/open-database.ts";
import { addInboxItems, type NewInboxItem } from "./inbox.ts";
import { comments, inboxItems } from "./schema/comments.ts";
import { users } from "./schema/people.ts";
import { storableText } from "./storable-text.ts";
import { afterTimeCursor, writeTimeCursor } from "./time-cursor.ts";

export type CommentRow = typeof comments.$inferSelect;

export interface ThreadRow {
  first: CommentRow;
  /** With the first, the oldest first. */
  comments: CommentRow[];
}

interface Place {
  workspace: string;
  document: string;
}

export interface ThreadQuery extends Place {
  state?: "open" | "resolved" | undefined;
  node?: string | undefined;
  /** Only threads this person wrote in or is mentioned in. */
  of?: string | undefined;
  search?: string | undefined;
  cursor?: string | undefined;
  limit: number;
}

export interface NewComment {
  id: string;
  body: string;
  mentions: readonly string[];
  actor: string;
  /** Written with it. */
  items: readonly NewInboxItem[];
}

/** How many comments there may be. */
interface Most {
  inDocument: number;
}

export interface CommentStore {
  /** A page may have fewer threads than its limit: it ends where it grows large. */
  list(query: ThreadQuery): Promise<{ items: ThreadRow[]; nextCursor?: string }>;
  /** Open threads by node; those of the document as a whole under "". */
  countOpen(place: Place): Promise<Map<string, number>>;
  /** The thread that a comment is in. */
  thread(place: Place, comment: string): Promise<ThreadRow | undefined>;
  /** "full": the document has as many as it may. "known": there is one with this id already, and nothing was written. */
  begin(place: Place, given: NewComment & { node: string | null; nodeLabel: string; most: Most }): Promise<"begun" | "full" | "known">;
  /** "absent": the thread has gone meanwhile. "full", "thread-full": the document, or the thread, has as many as it may. */
  reply(
    place: Place,
    thread: string,
    given: NewComment & { most: Most & { inThread: number } },
  ): Promise<"added" | "absent" | "full" | "known" | "thread-full">;
  /** False when it has gone meanwhile. */
  change(place: Place, comment: string, given: Pick<NewComment, "body" | "mentions" | "items">): Promise<boolean>;
  /**
   * The first of a thread takes the others along; so goes what inboxes told of them. Answers how many went, and how many of them somebody else had
   * written than `actor`; with `ownAlone` nothing goes where that is not 0.
   */
  remove(place: Place, comment: Pick<CommentRow, "id" | "threadId">, given: { actor: string; ownAlone: boolean }): Promise<{ count: number; others: number }>;
  setResolved(place: Place, thread: string, by: string | null): Promise<void>;
  namesOf(people: Iterable<string>): Promise<Map<string, string>>;
}

/** Bytes of comments after which a page takes no further thread. */
const PAGE_BYTES = 512 * 1024;
/** What a comment, and a person in it, add to that beside the text: ids, names and times. */
const ROW_BYTES = 150;

export function createCommentStore(database: Database): CommentStore {
  const { db } = database;
  return {
    list: (query) => list(db, query),
    countOpen: async (place) => {
      const rows = await db
        .select({ node: comments.nodeId, count: sql<number>`count(*)::int` })
        .from(comments)
        .where(and(isFirstIn(place), isNull(comments.resolvedAt)))
        .groupBy(comments.nodeId);
      return new Map(rows.map(({ node, count }) => [node ?? "", count]));
    },
    thread: async (place, comment) => {
      const [named] = await db
        .select({ thread: comments.threadId })
        .from(comments)
        .where(and(isIn(place), eq(comments.id, comment)));
      return named && (await withReplies(db, named.thread));
    },
    begin: (place, { node, nodeLabel, most, ...given }) =>
      database.transaction(async (tx) => {
        const isFull = (await tx.$count(comments, isIn(place))) >= most.inDocument;
        if (isFull) return (await isKnown(tx, given.id)) ? "known" : "full";
        const row = { ...rowOf(place, given), threadId: given.id, nodeId: node, nodeLabel: storableText(nodeLabel) };
        if (!(await insert(tx, row))) return "known";
        await addInboxItems(tx, given.items);
        return "begun";
      }),
    reply: (place, thread, { most, ...given }) =>
      database.transaction(async (tx) => {
        // whoever removes the thread meanwhile waits, or was first
        const [first] = await tx
          .select({ id: comments.id })
          .from(comments)
          .where(and(isIn(place), eq(comments.id, thread)))
          .for("update");
        if (!first) return "absent";
        if (await isKnown(tx, given.id)) return "known";
        if ((await tx.$count(comments, eq(comments.threadId, thread))) >= most.inThread) return "thread-full";
        if ((await tx.$count(comments, isIn(place))) >= most.inDocument) return "full";
        await tx.insert(comments).values({ ...rowOf(place, given), threadId: thread });
        await addInboxItems(tx, given.items);
        return "added";
      }),
    change: (place, comment, { body, mentions, items }) =>
      database.transaction(async (tx) => {
        const changed = await tx
          .update(comments)
          .set({ body: storableText(body), mentions: [...mentions], editedAt: sql`now()` })
          .where(and(isIn(place), eq(comments.id, comment)))
          .returning({ id: comments.id });
        if (changed.length > 0) await addInboxItems(tx, items);
        return changed.length > 0;
      }),
    remove: (place, comment, given) => database.transaction((tx) => remove(tx, place, { ...comment, ...given })),
    setResolved: async (place, thread, by) => {
      await db
        .update(comments)
        .set({ resolvedAt: by === null ? null : sql`now()`, resolvedBy: by })
        .where(and(isIn(place), eq(comments.id, thread)));
    },
    namesOf: async (people) => {
      const ids = [...new Set(people)];
      if (ids.length === 0) return new Map();
      const rows = await db.select({ id: users.id, name: users.name }).from(users).where(inArray(users.id, ids));
      return new Map(rows.map(({ id, name }) => [id, name]));
    },
  };
}

async function isKnown(tx: Tx, id: string): Promise<boolean> {
  return (await tx.$count(comments, eq(comments.id, id))) > 0;
}

/** False when there is one with its id: whoever writes the same at the same time waits, and finds it. */
async function insert(tx: Tx, row: typeof comments.$inferInsert): Promise<boolean> {
  return (await tx.insert(comments).values(row).onConflictDoNothing().returning({ id: comments.id })).length > 0;
}

function isIn({ workspace, document }: Place): SQL | undefined {
  return and(eq(comments.workspaceId, workspace), eq(comments.documentId, document));
}

function isFirstIn(place: Place): SQL | undefined {
  return and(isIn(place), sql`id = thread_id`);
}

function rowOf({ workspace, document }: Place, { id, body, mentions, actor }: Omit<NewComment, "items">) {
  return { id, workspaceId: workspace, documentId: document, body: storableText(body), mentions: [...mentions], createdBy: actor };
}

async function remove(
  tx: Tx,
  place: Place,
  { id, threadId, actor, ownAlone }: Pick<CommentRow, "id" | "threadId"> & { actor: string; ownAlone: boolean },
): Promise<{ count: number; others: number }> {
  const isThread = id === threadId;
  // who answers meanwhile waits, or was first
  if (isThread) await tx.select({ id: comments.id }).from(comments).where(eq(comments.id, id)).for("update");
  const those = and(isIn(place), isThread ? eq(comments.threadId, id) : eq(comments.id, id));
  const authors = await tx.select({ author: comments.createdBy }).from(comments).where(those);
  const others = authors.filter(({ author }) => author !== actor).length;
  if (ownAlone && others > 0) return { count: 0, others };
  await tx.delete(comments).where(those);
  await tx.delete(inboxItems).where(and(eq(inboxItems.threadId, threadId), isThread ? undefined : eq(inboxItems.commentId, id)));
  return { count: authors.length, others };
}

async function list(db: Db, query: ThreadQuery): Promise<{ items: ThreadRow[]; nextCursor?: string }> {
  const { state, node, of, search, cursor, limit } = query;
  const firsts = await db
    .select()
    .from(comments)
    .where(
      and(
        isFirstIn(query),
        state === undefined ? undefined : state === "open" ? isNull(comments.resolvedAt) : sql`${comments.resolvedAt} is not null`,
        node === undefined ? undefined : eq(comments.nodeId, node),
        of === undefined ? undefined : inThread(sql`(said.created_by = ${of} or ${of} = any(said.mentions))`),
        search ? isAbout(search.toLowerCase()) : undefined,
        afterTimeCursor(cursor, comments),
      ),
    )
    .orderBy(desc(comments.createdAt), desc(comments.id))
    .limit(limit + 1);
  const page = await thatFit(db, firsts.slice(0, limit));
  const replies = await readReplies(
    db,
    page.map(({ id }) => id),
  );
  const last = firsts.length > page.length ? page.at(-1) : undefined;
  const items = page.map((first) => ({ first, comments: replies.filter(({ threadId }) => threadId === first.id) }));
  return { items, ...(last && { nextCursor: writeTimeCursor(last) }) };
}

/** As many of the threads as make a page; at least one. */
async function thatFit(db: Db, firsts: readonly CommentRow[]): Promise<CommentRow[]> {
  const ids = firsts.map(({ id }) => id);
  if (ids.length < 2) return [...firsts];
  const size = sql<number>`sum(octet_length(body) + ${ROW_BYTES}::int * (1 + cardinality(mentions)))::int`;
  const sizes = await db.select({ thread: comments.threadId, size }).from(comments).where(inArray(comments.threadId, ids)).groupBy(comments.threadId);
  const sizeOf = new Map(sizes.map((row) => [row.thread, row.size]));
  let bytes = 0;
  const over = firsts.findIndex(({ id }) => {
    bytes += sizeOf.get(id) ?? 0;
    return bytes > PAGE_BYTES;
  });
  return firsts.slice(0, over === -1 ? undefined : Math.max(1, over));
}

function inThread(condition: SQL): SQL {
  return sql`exists (select 1 from comments said where said.thread_id = ${comments.id} and ${condition})`;
}

/** Texts, names of those who wrote them, and the node's name, whatever the case. */
function isAbout(wanted: string): SQL {
  const byName = sql`exists (select 1 from users where users.id = said.created_by and strpos(lower(users.name), ${wanted}) > 0)`;
  return sql`(strpos(lower(${comments.nodeLabel}), ${wanted}) > 0 or ${inThread(sql`(strpos(lower(said.body), ${wanted}) > 0 or ${byName})`)})`;
}

async function readReplies(db: Pick<Tx, "select">, threads: string[]): Promise<CommentRow[]> {
  if (threads.length === 0) return [];
  return db.select().from(comments).where(inArray(comments.threadId, threads)).orderBy(asc(comments.createdAt), asc(comments.id));
}

async function withReplies(db: Db, thread: string): Promise<ThreadRow | undefined> {
  const rows = await readReplies(db, [thread]);
  const first = rows.find(({ id }) => id === thread);
  return first && { first, comments: rows };
}
