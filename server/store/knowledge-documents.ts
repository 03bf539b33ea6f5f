import { and, desc, eq, inArray, type SQL, sql } from "drizzle-orm";
import type { Database, Db, Tx } from "./database/open-database.ts";
import { knowledgeDocuments } from "./schema/knowledge.ts";
import { storableText } from "./storable-text.ts";
import { afterTimeCursor, writeTimeCursor } from "./time-cursor.ts";

export type DocumentRow = typeof knowledgeDocuments.$inferSelect;

export interface NewDocument {
  id: string;
  workspace: string;
  collection: string;
  title: string;
  source: unknown;
  tags: readonly string[];
  content: string | null;
  key: string | null;
}

export interface DocumentQuery {
  workspace: string;
  collection: string;
  search?: string | undefined;
  state?: DocumentRow["state"] | "working" | undefined;
  tag?: string | undefined;
  cursor?: string | undefined;
  limit: number;
}

interface Place {
  workspace: string;
  id: string;
}

export interface KnowledgeDocumentStore {
  /** Where the collection has a document of the same key, that one is answered instead. */
  add(document: NewDocument): Promise<{ document: DocumentRow; isNew: boolean }>;
  read(place: Place): Promise<DocumentRow | undefined>;
  list(query: DocumentQuery): Promise<{ items: DocumentRow[]; nextCursor?: string }>;
  idsOf(collection: { workspace: string; id: string }): Promise<string[]>;
  tags(collection: { workspace: string; id: string }): Promise<{ tag: string; documents: number }[]>;
  change(
    place: Place,
    given: Partial<Pick<DocumentRow, "title" | "tags" | "state" | "error" | "job" | "characters" | "pages">>,
  ): Promise<DocumentRow | undefined>;
  /** Begins another generation of its chunks; answers its number. Undefined: the document is gone. */
  beginGeneration(place: Place): Promise<number | undefined>;
  /** From now on the chunks of this generation are found, and no others. False: the document is gone, or a later generation was begun. */
  publish(place: Place, given: { generation: number; embeddedBy: string | null }): Promise<boolean>;
  /** False when there was none. Its chunks are found no more, and go when they are swept. */
  remove(place: Place): Promise<boolean>;
  /** Files that documents were made of. */
  assets(workspace: string): Promise<{ id: string; title: string; collection: string; source: unknown }[]>;
}

const WORKING = ["queued", "reading", "chunking", "embedding"] as const;

export function createKnowledgeDocumentStore(database: Database): KnowledgeDocumentStore {
  const { db } = database;
  const isAt = ({ workspace, id }: Place) => and(eq(knowledgeDocuments.id, id), eq(knowledgeDocuments.workspaceId, workspace));
  const isIn = ({ workspace, id }: Place) => and(eq(knowledgeDocuments.collectionId, id), eq(knowledgeDocuments.workspaceId, workspace));
  return {
    add: (document) => add(db, document),
    read: async (place) => (await db.select().from(knowledgeDocuments).where(isAt(place)))[0],
    list: (query) => list(db, query),
    idsOf: async (place) => (await db.select({ id: knowledgeDocuments.id }).from(knowledgeDocuments).where(isIn(place))).map(({ id }) => id),
    tags: async ({ workspace, id }) => {
      const { rows } = await db.execute<{ tag: string; documents: number }>(sql`
        SELECT tag, count(*)::int AS documents FROM knowledge_documents, unnest(tags) AS tag
        WHERE collection_id = ${id} AND workspace_id = ${workspace} GROUP BY tag ORDER BY count(*) DESC, tag LIMIT 200`);
      return rows;
    },
    change: async (place, { title, tags, error, ...given }) => {
      const told = {
        ...(title !== undefined && { title: storableText(title) }),
        ...(tags !== undefined && { tags: tags.map(storableText) }),
        ...(error !== undefined && { error: error === null ? null : storableText(error) }),
      };
      const [row] = await db
        .update(knowledgeDocuments)
        .set({ ...given, ...told, updatedAt: sql`now()` })
        .where(isAt(place))
        .returning();
      return row;
    },
    beginGeneration: async (place) => {
      const next = { nextGeneration: sql`${knowledgeDocuments.nextGeneration} + 1` };
      return (await db.update(knowledgeDocuments).set(next).where(isAt(place)).returning({ generation: knowledgeDocuments.nextGeneration }))[0]?.generation;
    },
    publish: (place, given) => database.transaction((tx) => publish(tx, place, given)),
    remove: (place) =>
      database.transaction(async (tx) => {
        const [row] = await tx.select().from(knowledgeDocuments).where(isAt(place)).for("update");
        if (!row) return false;
        await countTerms(tx, row, { generation: row.generation, sign: -1 });
        await tx.delete(knowledgeDocuments).where(isAt(place));
        return true;
      }),
    assets: async (workspace) => {
      const { id, title, collectionId: collection, source } = knowledgeDocuments;
      return db.select({ id, title, collection, source }).from(knowledgeDocuments).where(eq(knowledgeDocuments.workspaceId, workspace));
    },
  };
}

async function add(db: Db, { id, workspace, collection, title, source, tags, content, key }: NewDocument): Promise<{ document: DocumentRow; isNew: boolean }> {
  const text = content === null ? {} : { content: storableText(content), characters: content.length };
  const [added] = await db
    .insert(knowledgeDocuments)
    .values({
      id,
      key,
      source,
      workspaceId: workspace,
      collectionId: collection,
      title: storableText(title),
      tags: tags.map(storableText),
      state: "queued",
      ...text,
    })
    .onConflictDoNothing({ target: [knowledgeDocuments.collectionId, knowledgeDocuments.key] })
    .returning();
  if (added) return { document: added, isNew: true };
  const same = and(eq(knowledgeDocuments.collectionId, collection), eq(knowledgeDocuments.key, key ?? ""));
  const [known] = await db.select().from(knowledgeDocuments).where(same);
  return known ? { document: known, isNew: false } : add(db, { id, workspace, collection, title, source, tags, content, key });
}

async function list(db: Db, { workspace, collection, search, state, tag, cursor, limit }: DocumentQuery) {
  const { title, source, tags } = knowledgeDocuments;
  const wanted = search?.toLowerCase();
  const conditions: (SQL | undefined)[] = [
    eq(knowledgeDocuments.collectionId, collection),
    eq(knowledgeDocuments.workspaceId, workspace),
    wanted ? sql`(strpos(lower(${title}), ${wanted}) > 0 OR strpos(lower(${source}::text), ${wanted}) > 0)` : undefined,
    state === undefined ? undefined : inArray(knowledgeDocuments.state, state === "working" ? [...WORKING] : [state]),
    tag === undefined ? undefined : sql`${tag} = ANY(${tags})`,
    afterTimeCursor(cursor, knowledgeDocuments),
  ];
  const rows = await db
    .select()
    .from(knowledgeDocuments)
    .where(and(...conditions))
    .orderBy(desc(knowledgeDocuments.createdAt), desc(knowledgeDocuments.id))
    .limit(limit + 1);
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return { items: rows.slice(0, limit), ...(last && { nextCursor: writeTimeCursor(last) }) };
}

async function publish(tx: Tx, { workspace, id }: Place, { generation, embeddedBy }: { generation: number; embeddedBy: string | null }): Promise<boolean> {
  const isAt = and(eq(knowledgeDocuments.id, id), eq(knowledgeDocuments.workspaceId, workspace));
  const [row] = await tx.select().from(knowledgeDocuments).where(isAt).for("update");
  if (!row || row.nextGeneration !== generation) return false;
  if (row.generation !== generation) {
    await countTerms(tx, row, { generation, sign: 1 });
    await countTerms(tx, row, { generation: row.generation, sign: -1 });
  }
  const chunks = sql<number>`(SELECT count(*)::int FROM knowledge_chunks WHERE document_id = ${id} AND generation = ${generation})`;
  await tx
    .update(knowledgeDocuments)
    .set({ generation, chunks, embeddedBy, state: "ready", error: null, indexedAt: sql`now()`, updatedAt: sql`now()` })
    .where(isAt);
  return true;
}

/** In how many chunks a word stands goes up by those of a generation, or down. In the order of words, so that two that do it wait for one another in turn. */
async function countTerms(tx: Tx, { id, workspaceId, collectionId }: DocumentRow, { generation, sign }: { generation: number; sign: 1 | -1 }): Promise<void> {
  if (generation === 0) return;
  const query = `SELECT search FROM knowledge_chunks WHERE document_id = '${requireId(id)}' AND generation = ${Number(generation)}`;
  await tx.execute(sql`
    INSERT INTO knowledge_terms (workspace_id, collection_id, lexeme, chunks)
    SELECT ${workspaceId}, ${collectionId}, word, ${sign}::int * ndoc FROM ts_stat(${query}) WHERE length(word) <= 200 ORDER BY word
    ON CONFLICT (collection_id, lexeme) DO UPDATE SET chunks = knowledge_terms.chunks + excluded.chunks`);
}

/** Stands in a text of SQL. */
function requireId(id: string): string {
  if (!/^[a-z]+_[A-Za-z0-9_]{1,64}$/.test(id)) throw new RangeError(`${id} is no id.`);
  return id;
}
