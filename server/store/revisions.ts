import { and, desc, eq, getTableColumns, lt, sql } from "drizzle-orm";
import { canonicalJson } from "#runtime/graph/canonical-json.ts";
import type { Database, Db } from "./database/open-database.ts";
import { storable } from "./documents.ts";
import { documents, revisions } from "./schema/documents.ts";

export type RevisionRow = typeof revisions.$inferSelect;
/** A revision without what it holds. */
export type RevisionHead = Omit<RevisionRow, "content" | "referenceValues">;
export type RevisionReason = RevisionRow["reason"];

export interface NewRevision {
  document: string;
  /** Canonical JSON. */
  content: string;
  /** SHA-256 of `content`. */
  hash: string;
  references: unknown;
  message: string;
  reason: RevisionReason;
  actor: string;
}

export interface RevisionStore {
  /**
   * Records a revision under the next number. With `reuse`, answers the newest one when it says the same, references included. Undefined when
   * there is no such document.
   */
  cut(revision: NewRevision, given: { reuse: boolean }): Promise<RevisionRow | undefined>;
  read(document: string, number: number): Promise<RevisionRow | undefined>;
  /** Newest first. */
  list(given: {
    document: string;
    cursor?: string | undefined;
    search?: string | undefined;
    limit: number;
  }): Promise<{ items: RevisionHead[]; nextCursor?: string }>;
}

export function createRevisionStore(database: Database): RevisionStore {
  const { db } = database;
  return {
    cut: (revision, { reuse }) => cut(database, revision, reuse),
    read: async (document, number) =>
      (
        await db
          .select()
          .from(revisions)
          .where(and(eq(revisions.documentId, document), eq(revisions.number, number)))
      )[0],
    list: async ({ document, cursor, search, limit }) => {
      const before = cursor === undefined ? undefined : Number.parseInt(cursor, 10) || 0;
      const wanted = search ? sql`strpos(lower(${revisions.message}), ${search.toLowerCase()}) > 0` : undefined;
      const { content: _content, referenceValues: _references, ...head } = getTableColumns(revisions);
      const rows = await db
        .select(head)
        .from(revisions)
        .where(and(eq(revisions.documentId, document), before === undefined ? undefined : lt(revisions.number, before), wanted))
        .orderBy(desc(revisions.number))
        .limit(limit + 1);
      const last = rows.length > limit ? rows[limit - 1] : undefined;
      return { items: rows.slice(0, limit), ...(last && { nextCursor: String(last.number) }) };
    },
  };
}

async function cut(database: Database, revision: NewRevision, reuse: boolean): Promise<RevisionRow | undefined> {
  return database.transaction(async (tx) => {
    // the document's row is the lock under which numbers are given out
    const [document] = await tx.select({ workspace: documents.workspaceId }).from(documents).where(eq(documents.id, revision.document)).for("update");
    if (!document) return undefined;
    const newest = await newestOf(tx, revision.document);
    if (reuse && newest?.hash === revision.hash && canonicalJson(newest.referenceValues ?? {}) === canonicalJson(revision.references)) return newest;
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
        createdBy: revision.actor,
      })
      .returning();
    return row;
  });
}

async function newestOf(db: Db, document: string): Promise<RevisionRow | undefined> {
  return (await db.select().from(revisions).where(eq(revisions.documentId, document)).orderBy(desc(revisions.number)).limit(1))[0];
}
