import { and, asc, eq, gt, lt, type SQL, sql } from "drizzle-orm";
import type { Database, Db, Tx } from "./database/open-database.ts";
import { knowledgeChunks, knowledgeDocuments } from "./schema/knowledge.ts";
import { storableText } from "./storable-text.ts";

export type ChunkRow = Omit<typeof knowledgeChunks.$inferSelect, "search">;

export interface NewChunk {
  id: string;
  position: number;
  page: number | null;
  headings: readonly string[];
  start: number;
  end: number;
  text: string;
  tokens: number;
}

export interface ChunkOwner {
  workspace: string;
  collection: string;
  document: string;
  /** The document's: its words are found as those of titles are. */
  title: string;
  generation: number;
}

export interface ChunkStore {
  /** `language`: a text search configuration of the database. A chunk that is there already stays. */
  add(owner: ChunkOwner, chunks: readonly NewChunk[], language: string): Promise<void>;
  /** In order; `after` is a position. */
  page(given: { document: string; generation: number; after: number; limit: number; search?: string | undefined }): Promise<ChunkRow[]>;
  count(given: { document: string; generation: number }): Promise<number>;
  read(place: { workspace: string; id: string }): Promise<ChunkRow | undefined>;
  change(
    place: { workspace: string; id: string },
    given: { text?: string; tokens?: number; disabled?: boolean; language: string },
  ): Promise<ChunkRow | undefined>;
  /** Drops the chunks of a document that were made before a generation; of all without one. Those of a later one may be in the making. */
  dropBefore(given: { document: string; generation?: number }): Promise<void>;
  /** Drops chunks that nobody finds: of documents that are gone, of generations that were replaced. Answers how many, at most some thousands at a time. */
  sweep(): Promise<number>;
  /** Drops what is left of collections that were removed and have no chunks any more; answers how many. */
  sweepCollections(): Promise<number>;
}

const columns = columnsOf();
/** Rows of one statement: each has some kilobytes. */
const BATCH = 200;
const SWEPT = 2_000;

export function createChunkStore(database: Database): ChunkStore {
  const { db } = database;
  return {
    add: async (owner, chunks, language) => {
      for (let at = 0; at < chunks.length; at += BATCH) await add(db, owner, { chunks: chunks.slice(at, at + BATCH), language });
    },
    page: ({ document, generation, after, limit, search }) =>
      db
        .select(columns)
        .from(knowledgeChunks)
        .where(
          and(
            eq(knowledgeChunks.documentId, document),
            eq(knowledgeChunks.generation, generation),
            gt(knowledgeChunks.position, after),
            search ? sql`strpos(lower(${knowledgeChunks.text}), ${search.toLowerCase()}) > 0` : undefined,
          ),
        )
        .orderBy(asc(knowledgeChunks.position))
        .limit(limit),
    count: ({ document, generation }) => db.$count(knowledgeChunks, and(eq(knowledgeChunks.documentId, document), eq(knowledgeChunks.generation, generation))),
    read: async ({ workspace, id }) => {
      const isAt = and(eq(knowledgeChunks.id, id), eq(knowledgeChunks.workspaceId, workspace));
      return (await db.select(columns).from(knowledgeChunks).where(isAt))[0];
    },
    change: ({ workspace, id }, { text, tokens, disabled, language }) =>
      database.transaction(async (tx) => {
        const isAt = and(eq(knowledgeChunks.id, id), eq(knowledgeChunks.workspaceId, workspace));
        const { documentId, headings } = knowledgeChunks;
        const [row] = await tx.select({ documentId, headings }).from(knowledgeChunks).where(isAt);
        // what is published meanwhile would count the words of another text
        const [document] = row ? await tx.select().from(knowledgeDocuments).where(eq(knowledgeDocuments.id, row.documentId)).for("update") : [];
        if (!row || !document) return undefined;
        if (text !== undefined) {
          const stored = storableText(text);
          const search = searchVector({ text: sql`${stored}`, titles: sql`${[document.title, ...row.headings].join(" ")}`, language });
          await recountTerms(tx, { id, generation: document.generation, search });
          await tx.update(knowledgeChunks).set({ text: stored, edited: true, search }).where(isAt);
        }
        const set = { ...(tokens !== undefined && { tokens }), ...(disabled !== undefined && { disabled }) };
        if (Object.keys(set).length > 0) await tx.update(knowledgeChunks).set(set).where(isAt);
        return (await tx.select(columns).from(knowledgeChunks).where(isAt))[0];
      }),
    dropBefore: async ({ document, generation }) => {
      const isBefore = generation === undefined ? undefined : lt(knowledgeChunks.generation, generation);
      await db.delete(knowledgeChunks).where(and(eq(knowledgeChunks.documentId, document), isBefore));
    },
    sweep: async () => {
      const swept = await db.execute(sql`
        DELETE FROM knowledge_chunks WHERE id IN (
          SELECT chunk.id FROM knowledge_chunks AS chunk LEFT JOIN knowledge_documents AS document ON document.id = chunk.document_id
          WHERE document.id IS NULL OR (chunk.generation <> document.generation AND chunk.generation <> document.next_generation) LIMIT ${SWEPT})`);
      return swept.rowCount ?? 0;
    },
    sweepCollections: async () => {
      await db.execute(sql`DELETE FROM knowledge_documents WHERE collection_id IN (SELECT id FROM knowledge_collections WHERE removed_at IS NOT NULL)`);
      const { rows } = await db.execute<{ id: string }>(sql`
        DELETE FROM knowledge_collections WHERE removed_at IS NOT NULL
          AND NOT EXISTS (SELECT 1 FROM knowledge_chunks WHERE collection_id = knowledge_collections.id) RETURNING id`);
      const gone = sql`${sql.param(rows.map(({ id }) => id))}::text[]`;
      await db.execute(sql`DELETE FROM knowledge_terms WHERE collection_id = ANY(${gone})`);
      await db.execute(sql`DELETE FROM knowledge_rules WHERE collection_id = ANY(${gone})`);
      return rows.length;
    },
  };
}

/** One parameter for all rows: as a list of values with an expression in each, planning it would take longer than storing it. */
async function add(
  db: Db,
  { workspace, collection, document, title, generation }: ChunkOwner,
  { chunks, language }: { chunks: readonly NewChunk[]; language: string },
): Promise<void> {
  const rows = chunks.map((chunk) => {
    const headings = chunk.headings.map(storableText);
    return { ...chunk, headings, text: storableText(chunk.text), titles: [storableText(title), ...headings].join(" ") };
  });
  await db.execute(sql`
    INSERT INTO knowledge_chunks (id, workspace_id, collection_id, document_id, generation, position, page, headings, start, "end", text, tokens, search)
    SELECT id, ${workspace}, ${collection}, ${document}, ${generation}::int, position, page, headings, start, "end", text, tokens,
      ${searchVector({ text: sql`text`, titles: sql`titles`, language })}
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS given(
      id text, position int, page int, headings text[], start int, "end" int, text text, titles text, tokens int)
    ON CONFLICT DO NOTHING`);
}

function columnsOf() {
  const { id, workspaceId, collectionId, documentId, generation, position, page, headings, start, end, text, tokens, disabled, edited } = knowledgeChunks;
  return { id, workspaceId, collectionId, documentId, generation, position, page, headings, start, end, text, tokens, disabled, edited };
}

/** Words of titles are worth more than those below them. */
function searchVector({ text, titles, language }: { text: SQL; titles: SQL; language: string }) {
  const config = sql`${language}::regconfig`;
  return sql<string>`setweight(to_tsvector(${config}, ${titles}), 'B') || to_tsvector(${config}, ${text})`;
}

/** Before a chunk's words become others: where it is found now, they are counted instead of those it has. In the order of words, as `publish` does it. */
async function recountTerms(tx: Tx, { id, generation, search }: { id: string; generation: number; search: SQL<string> }): Promise<void> {
  await tx.execute(sql`
    INSERT INTO knowledge_terms (workspace_id, collection_id, lexeme, chunks)
    SELECT workspace_id, collection_id, word, sum(change)::int FROM knowledge_chunks,
      LATERAL (SELECT unnest(tsvector_to_array(${search})) AS word, 1 AS change UNION ALL SELECT unnest(tsvector_to_array(search)), -1) AS words
    WHERE id = ${id} AND generation = ${generation} AND length(word) <= 200
    GROUP BY workspace_id, collection_id, word HAVING sum(change) <> 0 ORDER BY word
    ON CONFLICT (collection_id, lexeme) DO UPDATE SET chunks = knowledge_terms.chunks + excluded.chunks`);
}
