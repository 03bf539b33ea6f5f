import { and, desc, eq, isNull, sql } from "drizzle-orm";
import type { Database, Db } from "./database/open-database.ts";
import { documents, documentUpdates, revisions } from "./schema/documents.ts";

export type DocumentKind = "graph" | "agent";
export type DocumentRow = typeof documents.$inferSelect;

export interface NewDocument {
  id: string;
  workspace: string;
  kind: DocumentKind;
  name: string;
  description: string;
  actor: string;
  /** Its first update: the whole content. */
  update: Uint8Array;
}

export interface DocumentQuery {
  workspace: string;
  kind: DocumentKind;
  /** Part of the name or the description, whatever the case. */
  search?: string | undefined;
  cursor?: string | undefined;
  limit: number;
}

/** The rows of documents; what they say is in their updates, `name` and `description` are copies of it for lists. */
export interface DocumentStore {
  /** Records a document with its first update. */
  create(document: NewDocument): Promise<DocumentRow>;
  /** Archived ones too. */
  read(id: string): Promise<DocumentRow | undefined>;
  /** Last changed first, without archived ones. */
  list(query: DocumentQuery): Promise<{ items: DocumentRow[]; nextCursor?: string }>;
  /** False when there is no such document, or it is archived already. */
  archive(id: string): Promise<boolean>;
  /** Marks a revision that exists, or takes the mark away; undefined when document or revision do not exist. */
  publish(id: string, published: { revision: number; actor: string } | null): Promise<DocumentRow | undefined>;
}

export function createDocumentStore(database: Database): DocumentStore {
  const { db } = database;
  return {
    create: (document) => createDocument(database, document),
    read: async (id) => (await db.select().from(documents).where(eq(documents.id, id)))[0],
    list: (query) => listDocuments(db, query),
    archive: async (id) => {
      const archived = await db
        .update(documents)
        .set({ archivedAt: sql`now()` })
        .where(and(eq(documents.id, id), isNull(documents.archivedAt)))
        .returning({ id: documents.id });
      return archived.length > 0;
    },
    publish: (id, published) => publish(database, id, published),
  };
}

async function publish(database: Database, id: string, published: { revision: number; actor: string } | null): Promise<DocumentRow | undefined> {
  return database.transaction(async (tx) => {
    if (published) {
      // first: with its row locked, nobody thins it out any more
      const isPublished = and(eq(revisions.documentId, id), eq(revisions.number, published.revision));
      const marked = await tx.update(revisions).set({ publishedAt: sql`now()` }).where(isPublished).returning({ number: revisions.number });
      if (marked.length === 0) return undefined;
    }
    const [row] = await tx
      .update(documents)
      .set({ publishedRevision: published?.revision ?? null, publishedBy: published?.actor ?? null })
      .where(eq(documents.id, id))
      .returning();
    return row;
  });
}

async function createDocument(database: Database, document: NewDocument): Promise<DocumentRow> {
  const { id, workspace, kind, actor, update } = document;
  return database.transaction(async (tx) => {
    const [row] = await tx
      .insert(documents)
      .values({ id, workspaceId: workspace, kind, name: storable(document.name), description: storable(document.description), createdBy: actor, lastNumber: 1 })
      .returning();
    await tx.insert(documentUpdates).values({ documentId: id, number: 1, workspaceId: workspace, update, actor });
    if (!row) throw new Error(`The document ${id} was not recorded.`);
    return row;
  });
}

async function listDocuments(db: Db, { workspace, kind, search, cursor, limit }: DocumentQuery): Promise<{ items: DocumentRow[]; nextCursor?: string }> {
  const after = cursor === undefined ? undefined : readCursor(cursor);
  const wanted = search?.toLowerCase();
  const rows = await db
    .select()
    .from(documents)
    .where(
      and(
        eq(documents.workspaceId, workspace),
        eq(documents.kind, kind),
        isNull(documents.archivedAt),
        after && sql`(${documents.updatedAt} < ${after.updatedAt} or (${documents.updatedAt} = ${after.updatedAt} and ${documents.id} > ${after.id}))`,
        wanted ? sql`(strpos(lower(${documents.name}), ${wanted}) > 0 or strpos(lower(${documents.description}), ${wanted}) > 0)` : undefined,
      ),
    )
    .orderBy(desc(documents.updatedAt), documents.id)
    .limit(limit + 1);
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return { items: rows.slice(0, limit), ...(last && { nextCursor: `${last.updatedAt.toISOString()}~${last.id}` }) };
}

/** A cursor that is none of ours starts from the beginning of time: an empty page. */
function readCursor(cursor: string): { updatedAt: Date; id: string } {
  const [time = "", id = ""] = cursor.split("~");
  const updatedAt = new Date(time);
  return { updatedAt: Number.isNaN(updatedAt.getTime()) ? new Date(0) : updatedAt, id };
}

/** Postgres text holds no zero character. */
export function storable(text: string): string {
  return text.replaceAll("\0", "");
}
