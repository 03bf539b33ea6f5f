import { and, desc, eq, getTableColumns, isNotNull, lt, or, type SQL, sql } from "drizzle-orm";
import { canonicalJson } from "#runtime/graph/canonical-json.ts";
import type { Database, Db } from "./database/open-database.ts";
import { storable } from "./documents.ts";
import { documents, revisions } from "./schema/documents.ts";
import { runs } from "./schema/runs.ts";

export type RevisionRow = typeof revisions.$inferSelect;
/** A revision without what it holds. */
export type RevisionHead = Omit<RevisionRow, "content" | "referenceValues">;
export type RevisionReason = RevisionRow["reason"];
/** A revision with what has become of it. */
export interface RevisionEntryRow extends RevisionHead {
  /** Names of those who cut it and who wrote it, as far as they have accounts. */
  names: Record<string, string>;
  isPublished: boolean;
  runs: number;
  lastRun: { id: string; state: (typeof runs.$inferSelect)["state"]; createdAt: string } | null;
}

export interface NewRevision {
  document: string;
  /** Canonical JSON. */
  content: string;
  /** SHA-256 of `content`. */
  hash: string;
  references: unknown;
  message: string;
  reason: RevisionReason;
  /** Absent: the server cuts it, for whoever changed the document last. */
  actor: string | undefined;
}

export interface CutGiven {
  /** Answers the newest revision when it says the same, references included. */
  reuse: boolean;
  /** With `reuse`: whatever the references are. */
  graphAlone?: boolean | undefined;
}

export interface RevisionQuery {
  document: string;
  /** Only those with names. */
  named?: boolean | undefined;
  /** Part of the name or the message; with `byPeople` also of the name of who cut or wrote it. */
  search?: string | undefined;
  byPeople?: boolean | undefined;
  cursor?: string | undefined;
  limit: number;
}

export interface RevisionStore {
  /** Records a revision under the next number, with those who changed the document since the one before. Undefined when there is no such document. */
  cut(revision: NewRevision, given: CutGiven): Promise<RevisionRow | undefined>;
  read(document: string, number: number): Promise<RevisionRow | undefined>;
  /** Newest first. */
  list(query: RevisionQuery): Promise<{ items: RevisionEntryRow[]; nextCursor?: string }>;
  /** Gives a revision a name, or takes it away; undefined when there is no such revision. */
  rename(document: string, number: number, name: string | null): Promise<RevisionEntryRow | undefined>;
}

export function createRevisionStore(database: Database): RevisionStore {
  const { db } = database;
  const entries = (where: SQL | undefined, limit: number) => readEntries(db, where, limit);
  return {
    cut: (revision, given) => cut(database, revision, given),
    read: async (document, number) => (await db.select().from(revisions).where(isRevision(document, number)))[0],
    list: async ({ document, named, search, byPeople = false, cursor, limit }) => {
      const before = cursor === undefined ? undefined : Number.parseInt(cursor, 10) || 0;
      const where = and(
        eq(revisions.documentId, document),
        before === undefined ? undefined : lt(revisions.number, before),
        named ? isNotNull(revisions.name) : undefined,
        search ? isFound(search.toLowerCase(), byPeople) : undefined,
      );
      const rows = await entries(where, limit + 1);
      const last = rows.length > limit ? rows[limit - 1] : undefined;
      return { items: rows.slice(0, limit), ...(last && { nextCursor: String(last.number) }) };
    },
    rename: async (document, number, name) => {
      const renamed = await db
        .update(revisions)
        .set({ name: name === null ? null : storable(name) })
        .where(isRevision(document, number))
        .returning({ number: revisions.number });
      return renamed.length > 0 ? (await entries(isRevision(document, number), 1))[0] : undefined;
    },
  };
}

function isRevision(document: string, number: number): SQL | undefined {
  return and(eq(revisions.documentId, document), eq(revisions.number, number));
}

const involved = sql`array_append(${revisions.authors}, ${revisions.createdBy})`;

function isFound(wanted: string, byPeople: boolean): SQL | undefined {
  const holds = (text: unknown) => sql`strpos(lower(${text}), ${wanted}) > 0`;
  const byPerson = sql`exists (select 1 from users where users.id = any(${involved}) and ${holds(sql`users.name`)})`;
  return or(holds(revisions.message), holds(sql`coalesce(${revisions.name}, '')`), byPeople ? byPerson : undefined);
}

async function readEntries(db: Db, where: SQL | undefined, limit: number): Promise<RevisionEntryRow[]> {
  const { content: _content, referenceValues: _references, ...head } = getTableColumns(revisions);
  const ofRevision = sql`${runs.workspaceId} = ${revisions.workspaceId} and ${runs.graphId} = ${revisions.documentId} and ${runs.revision} = ${revisions.number}`;
  const rows = await db
    .select({
      ...head,
      isPublished: sql<boolean>`exists (select 1 from documents where documents.id = ${revisions.documentId} and documents.published_revision = ${revisions.number})`,
      names: sql<Record<string, string> | null>`(select json_object_agg(users.id, users.name) from users where users.id = any(${involved}))`,
      runs: sql<number>`(select count(*)::int from ${runs} where ${ofRevision})`,
      lastRun: sql<RevisionEntryRow["lastRun"]>`(select json_build_object('id', ${runs.id}, 'state', ${runs.state}, 'createdAt', ${runs.createdAt})
        from ${runs} where ${ofRevision} order by ${runs.createdAt} desc, ${runs.id} desc limit 1)`,
    })
    .from(revisions)
    .where(where)
    .orderBy(desc(revisions.number))
    .limit(limit);
  return rows.map((row) => ({ ...row, names: row.names ?? {} }));
}

async function cut(database: Database, revision: NewRevision, given: CutGiven): Promise<RevisionRow | undefined> {
  return database.transaction(async (tx) => {
    // the document's row is the lock under which numbers are given out
    const [document] = await tx.select({ workspace: documents.workspaceId }).from(documents).where(eq(documents.id, revision.document)).for("update");
    if (!document) return undefined;
    const newest = await newestOf(tx, revision.document);
    if (newest && isReused(newest, revision, given)) return newest;
    const authors = await authorsSince(tx, revision.document, newest?.createdAt);
    const [row] = await tx
      .insert(revisions)
      .values({
        documentId: revision.document,
        number: (newest?.number ?? 0) + 1,
        workspaceId: document.workspace,
        content: revision.content,
        hash: revision.hash,
        referenceValues: revision.references,
        message: storable(revision.message),
        reason: revision.reason,
        // the server cuts for whoever wrote last
        createdBy: revision.actor ?? authors[0] ?? newest?.createdBy ?? "",
        authors,
      })
      .returning();
    return row;
  });
}

function isReused(newest: RevisionRow, revision: NewRevision, { reuse, graphAlone }: CutGiven): boolean {
  if (!reuse || newest.hash !== revision.hash) return false;
  return graphAlone === true || canonicalJson(newest.referenceValues ?? {}) === canonicalJson(revision.references);
}

async function newestOf(db: Db, document: string): Promise<RevisionRow | undefined> {
  return (await db.select().from(revisions).where(eq(revisions.documentId, document)).orderBy(desc(revisions.number)).limit(1))[0];
}

const MOST_AUTHORS = 50;

/** Who changed a document, the last one first: from the updates that are kept, and from what the snapshot says of those it took the place of. */
async function authorsSince(db: Db, document: string, since: Date | undefined): Promise<string[]> {
  const { rows } = await db.execute<{ actor: string }>(sql`
    SELECT actor FROM (
      SELECT actor, created_at AS at FROM document_updates WHERE document_id = ${document}
      UNION ALL
      SELECT written.key, written.value::timestamptz FROM document_snapshots, json_each_text(coalesce(authors, '{}')) AS written WHERE document_id = ${document}
    ) AS wrote
    WHERE at > ${(since ?? new Date(0)).toISOString()}::timestamptz
    GROUP BY actor ORDER BY max(at) DESC, actor LIMIT ${MOST_AUTHORS}`);
  return rows.map(({ actor }) => actor);
}
