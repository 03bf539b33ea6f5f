import { and, asc, desc, eq, inArray, isNotNull, isNull, lt, ne, not, or, type SQL, sql } from "drizzle-orm";
import type { Database, Tx } from "./database/open-database.ts";
import { comments, inboxItems } from "./schema/comments.ts";
import { documents } from "./schema/documents.ts";
import { members, users } from "./schema/people.ts";
import { workspaces } from "./schema/workspaces.ts";
import { afterTimeCursor, writeTimeCursor } from "./time-cursor.ts";

/** Whose inbox. `workspace`: only what is in it. */
export interface InboxOwner {
  user: string;
  workspace?: string | undefined;
}

export interface InboxRow {
  id: string;
  kind: "mention" | "reply" | "gate" | "budget";
  /** Of a comment. */
  by: string | null;
  byName: string | null;
  graph: string;
  graphName: string;
  workspaceName: string;
  node: string | null;
  nodeLabel: string;
  thread: string | null;
  comment: string | null;
  /** Of a gate: the event that asks, and which time they are told of it, from 0. */
  gate: string | null;
  notice: number | null;
  body: string;
  createdAt: Date;
  readAt: Date | null;
}

export interface InboxQuery {
  unread: boolean;
  search?: string | undefined;
  cursor?: string | undefined;
  limit: number;
}

export interface NewInboxItem {
  id: string;
  user: string;
  kind: "mention" | "reply";
  workspace: string;
  document: string;
  thread: string;
  comment: string;
}

export interface Reader {
  id: string;
  name: string;
}

export interface ReaderQuery {
  workspace: string;
  document: string;
  /** Whoever asks is a member of the workspace. Others do not learn of members who have nothing to do with the document. */
  isMember: boolean;
  /** Part of the name. */
  search?: string | undefined;
  /** Only these people. */
  among?: readonly string[] | undefined;
  /** Not this one. */
  except?: string | undefined;
  limit: number;
}

export interface InboxStore {
  /** Newest first; only of documents that they may see, and that are not archived. */
  list(owner: InboxOwner, query: InboxQuery): Promise<{ items: InboxRow[]; nextCursor?: string }>;
  countUnread(owner: InboxOwner): Promise<number>;
  /** False when there is no such item. */
  mark(owner: InboxOwner, item: string, read: boolean): Promise<boolean>;
  markAll(owner: InboxOwner): Promise<void>;
  /** Drops what was read before a time; answers how many. */
  evict(given: { readBefore: Date; limit: number }): Promise<number>;
  /** Who may look at a document: members of its workspace, and those it is shared with; by name. Not who only has a link, and no account. */
  readers(query: ReaderQuery): Promise<Reader[]>;
}

/** The owner of the installation, who has no row and sees everything. */
const LOCAL = "local";

export function createInboxStore({ db }: Database): InboxStore {
  return {
    list: (owner, query) => list(db, owner, query),
    countUnread: async (owner) => {
      const [row] = await db
        .select({ count: sql<number>`count(*)::int` })
        .from(inboxItems)
        .innerJoin(documents, eq(documents.id, inboxItems.documentId))
        .leftJoin(comments, eq(comments.id, inboxItems.commentId))
        .where(and(isShown(owner), isThere(), isNull(inboxItems.readAt)));
      return row?.count ?? 0;
    },
    mark: async (owner, item, read) => {
      const marked = await db
        .update(inboxItems)
        .set({ readAt: read ? sql`coalesce(${inboxItems.readAt}, now())` : null })
        .where(and(isOf(owner), eq(inboxItems.id, item)))
        .returning({ id: inboxItems.id });
      return marked.length > 0;
    },
    markAll: async (owner) => {
      await db
        .update(inboxItems)
        .set({ readAt: sql`now()` })
        .where(and(isOf(owner), isNull(inboxItems.readAt)));
    },
    evict: async ({ readBefore, limit }) => {
      const spent = db.select({ id: inboxItems.id }).from(inboxItems).where(lt(inboxItems.readAt, readBefore)).limit(limit);
      return (await db.delete(inboxItems).where(inArray(inboxItems.id, spent)).returning({ id: inboxItems.id })).length;
    },
    readers: (query) => readers(db, query),
  };
}

/** Within the transaction that writes what they tell of: whoever removes that takes them along. */
export async function addInboxItems(tx: Tx, items: readonly NewInboxItem[]): Promise<void> {
  if (items.length === 0) return;
  await tx.insert(inboxItems).values(
    items.map(({ id, user, kind, workspace, document, thread, comment }) => ({
      ...{ id, kind, userId: user, workspaceId: workspace, documentId: document },
      ...{ threadId: thread, commentId: comment },
    })),
  );
}

async function readers(db: Database["db"], query: ReaderQuery): Promise<Reader[]> {
  const { workspace, document, search, among, except, limit } = query;
  // names are written out: Drizzle leaves the table away in what is selected from one alone
  const isMember = sql`exists (select 1 from members m where m.workspace_id = ${workspace} and m.user_id = users.id)`;
  const tookPart = sql`(exists (select 1 from comments said where said.document_id = ${document} and said.created_by = users.id)
    or exists (select 1 from documents d where d.id = ${document} and d.created_by = users.id))`;
  return db
    .select({ id: users.id, name: users.name })
    .from(users)
    .where(
      and(
        or(isMember, isSharedWith(sql`users.id`, sql`${document}`)),
        query.isMember ? undefined : or(not(isMember), tookPart),
        search ? sql`strpos(lower(users.name), ${search.toLowerCase()}) > 0` : undefined,
        among && inArray(users.id, [...among]),
        except === undefined ? undefined : ne(users.id, except),
      ),
    )
    .orderBy(asc(users.name), asc(users.id))
    .limit(limit);
}

function isOf({ user, workspace }: InboxOwner): SQL | undefined {
  return and(eq(inboxItems.userId, user), workspace === undefined ? undefined : eq(inboxItems.workspaceId, workspace));
}

/** What is in their inbox, and of a document that they may see now. */
function isShown(owner: InboxOwner): SQL | undefined {
  const isMember = sql`exists (select 1 from ${members} where ${members.workspaceId} = ${inboxItems.workspaceId} and ${members.userId} = ${owner.user})`;
  const maySee = owner.user === LOCAL ? undefined : or(isMember, isSharedWith(sql`${owner.user}`, sql`${inboxItems.documentId}`));
  return and(isOf(owner), isNull(documents.archivedAt), maySee);
}

/** A comment may have been deleted. */
function isThere(): SQL | undefined {
  return or(inArray(inboxItems.kind, ["gate", "budget"]), isNotNull(comments.id));
}

function isSharedWith(user: SQL, document: SQL): SQL {
  return sql`exists (select 1 from document_shares given where given.document_id = ${document} and (
    (given.kind = 'person' and given.user_id = ${user})
    or (given.kind = 'link' and exists (select 1 from share_openings opened where opened.share_id = given.id and opened.user_id = ${user}))))`;
}

async function list(db: Database["db"], owner: InboxOwner, { unread, search, cursor, limit }: InboxQuery) {
  const first = sql<string | null>`coalesce(${inboxItems.gateNode}, (select node_id from comments began where began.id = ${inboxItems.threadId}))`;
  const firstLabel = sql<string>`coalesce(${inboxItems.gateLabel}, (select node_label from comments began where began.id = ${inboxItems.threadId}))`;
  const body = sql<string>`coalesce(${comments.body}, ${inboxItems.gateTitle}, '')`;
  const gate = sql<string | null>`${inboxItems.runId} || '.' || ${inboxItems.seq}`;
  const wanted = search?.toLowerCase();
  const holds = (text: SQL) => sql`strpos(lower(${text}), ${wanted}) > 0`;
  const rows = await db
    .select({
      ...{ id: inboxItems.id, kind: inboxItems.kind, by: comments.createdBy, byName: users.name },
      ...{ graph: documents.id, graphName: documents.name, workspaceName: workspaces.name, node: first, nodeLabel: firstLabel },
      ...{ thread: inboxItems.threadId, comment: inboxItems.commentId, gate, notice: inboxItems.notice, body },
      ...{ createdAt: inboxItems.createdAt, readAt: inboxItems.readAt },
    })
    .from(inboxItems)
    .innerJoin(documents, eq(documents.id, inboxItems.documentId))
    .innerJoin(workspaces, eq(workspaces.id, inboxItems.workspaceId))
    .leftJoin(comments, eq(comments.id, inboxItems.commentId))
    .leftJoin(users, eq(users.id, comments.createdBy))
    .where(
      and(
        isShown(owner),
        isThere(),
        unread ? isNull(inboxItems.readAt) : undefined,
        wanted ? or(holds(body), holds(sql`${documents.name}`), holds(sql`coalesce(${users.name}, '')`)) : undefined,
        afterTimeCursor(cursor, inboxItems),
      ),
    )
    .orderBy(desc(inboxItems.createdAt), desc(inboxItems.id))
    .limit(limit + 1);
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return { items: rows.slice(0, limit), ...(last && { nextCursor: writeTimeCursor(last) }) };
}
