import { and, asc, desc, eq, gt, inArray, isNull, type SQL, sql } from "drizzle-orm";
import type { Database, Db, Tx } from "./database/open-database.ts";
import { insertJob, type NewJob } from "./jobs.ts";
import { jobs } from "./schema/jobs.ts";
import { knowledgeCollections, knowledgeDocuments } from "./schema/knowledge.ts";
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

/** A document as the job sees it that works on it. What a job says counts only while it is the document's: not after another one was queued. */
export interface WorkedOn extends Place {
  job: string;
}

export interface KnowledgeDocumentStore {
  /** Adds a document and the job that indexes it. Where the collection has a document of the same key, that one is answered instead. */
  add(document: NewDocument, job: NewJob): Promise<{ document: DocumentRow; isNew: boolean }>;
  /**
   * Queues a job that works on the document from now on; `replaced` is the one that did so far. A job that waits for its first attempt with the same
   * input stays. Undefined: the document is gone.
   */
  queue(place: Place, job: NewJob): Promise<{ document: DocumentRow; replaced: string | null } | undefined>;
  read(place: Place): Promise<DocumentRow | undefined>;
  list(query: DocumentQuery): Promise<{ items: DocumentRow[]; nextCursor?: string }>;
  idsOf(collection: { workspace: string; id: string }): Promise<string[]>;
  tags(collection: { workspace: string; id: string }): Promise<{ tag: string; documents: number }[]>;
  change(place: Place, given: Partial<Pick<DocumentRow, "title" | "tags">>): Promise<DocumentRow | undefined>;
  /** How far its job is with it. Undefined: the document is gone, or another job's. */
  tell(place: WorkedOn, given: Partial<Pick<DocumentRow, "title" | "state" | "error" | "characters" | "pages">>): Promise<DocumentRow | undefined>;
  /** Begins another generation of its chunks; answers its number. Undefined: the document is gone, or another job's. */
  beginGeneration(place: WorkedOn): Promise<number | undefined>;
  /** From now on the chunks of this generation are found, and no others. False: the document is gone, another job's, or a later generation was begun. */
  publish(place: WorkedOn, given: { generation: number; embeddedBy: string | null }): Promise<boolean>;
  /** Documents that are said to be worked on, but by no job that waits or works: they end as it did, or fail with this error. Answers how many. */
  endStranded(error: string): Promise<number>;
  /** False when there was none. Its chunks are found no more, and go when they are swept. */
  remove(place: Place): Promise<boolean>;
  /** Collections with the built-in embedder that have documents which were indexed while there was nothing to compare vectors with. */
  withoutVectors(): Promise<(Place & { name: string })[]>;
  /** Queues a job for each of the next such documents of a collection, in the order of their ids; answers those. Passes over who is changed meanwhile. */
  queueWithoutVectors(collection: Place, next: { after: string; limit: number; jobFor: (document: DocumentRow) => NewJob }): Promise<string[]>;
  /** Files that documents were made of. */
  assets(workspace: string): Promise<{ id: string; title: string; collection: string; source: unknown }[]>;
}

const WORKING = ["queued", "reading", "chunking", "embedding"] as const;

export function createKnowledgeDocumentStore(database: Database): KnowledgeDocumentStore {
  const { db } = database;
  const isAt = ({ workspace, id }: Place) => and(eq(knowledgeDocuments.id, id), eq(knowledgeDocuments.workspaceId, workspace));
  const isOf = ({ job, ...place }: WorkedOn) => and(isAt(place), eq(knowledgeDocuments.job, job));
  const isIn = ({ workspace, id }: Place) => and(eq(knowledgeDocuments.collectionId, id), eq(knowledgeDocuments.workspaceId, workspace));
  return {
    add: (document, job) => database.transaction((tx) => add(tx, document, job)),
    queue: (place, job) => database.transaction((tx) => queue(tx, { isAt: isAt(place), job })),
    read: async (place) => (await db.select().from(knowledgeDocuments).where(isAt(place)))[0],
    list: (query) => list(db, query),
    idsOf: async (place) => (await db.select({ id: knowledgeDocuments.id }).from(knowledgeDocuments).where(isIn(place))).map(({ id }) => id),
    tags: async ({ workspace, id }) => {
      const { rows } = await db.execute<{ tag: string; documents: number }>(sql`
        SELECT tag, count(*)::int AS documents FROM knowledge_documents, unnest(tags) AS tag
        WHERE collection_id = ${id} AND workspace_id = ${workspace} GROUP BY tag ORDER BY count(*) DESC, tag LIMIT 200`);
      return rows;
    },
    change: async (place, { title, tags }) => {
      const told = { ...(title !== undefined && { title: storableText(title) }), ...(tags !== undefined && { tags: tags.map(storableText) }) };
      const [row] = await db
        .update(knowledgeDocuments)
        .set({ ...told, updatedAt: sql`now()` })
        .where(isAt(place))
        .returning();
      return row;
    },
    tell: async (place, { title, error, ...given }) => {
      const told = {
        ...(title !== undefined && { title: storableText(title) }),
        ...(error !== undefined && { error: error === null ? null : storableText(error) }),
      };
      const [row] = await db
        .update(knowledgeDocuments)
        .set({ ...given, ...told, updatedAt: sql`now()` })
        .where(isOf(place))
        .returning();
      return row;
    },
    beginGeneration: async (place) => {
      const next = { nextGeneration: sql`${knowledgeDocuments.nextGeneration} + 1` };
      return (await db.update(knowledgeDocuments).set(next).where(isOf(place)).returning({ generation: knowledgeDocuments.nextGeneration }))[0]?.generation;
    },
    publish: (place, given) => database.transaction((tx) => publish(tx, { isOf: isOf(place), id: place.id }, given)),
    endStranded: async (error) => {
      const { rowCount } = await db.execute(sql`
        UPDATE knowledge_documents AS document SET state = ended.state, error = ended.error, updated_at = now() FROM (
          SELECT stranded.id, CASE WHEN jobs.state = 'cancelled' THEN 'cancelled' ELSE 'failed' END AS state,
            CASE WHEN jobs.state = 'cancelled' THEN NULL ELSE ${error} END AS error
          FROM knowledge_documents AS stranded LEFT JOIN jobs ON jobs.id = stranded.job
          WHERE stranded.state IN ('queued', 'reading', 'chunking', 'embedding') AND (jobs.state IS NULL OR jobs.state NOT IN ('queued', 'running'))
          FOR UPDATE OF stranded) AS ended
        WHERE document.id = ended.id`);
      return rowCount ?? 0;
    },
    remove: (place) =>
      database.transaction(async (tx) => {
        const [row] = await tx.select().from(knowledgeDocuments).where(isAt(place)).for("update");
        if (!row) return false;
        await countTerms(tx, row, { added: 0, dropped: row.generation });
        await tx.delete(knowledgeDocuments).where(isAt(place));
        return true;
      }),
    withoutVectors: async () => {
      const { id, workspaceId: workspace, name, removedAt, embedder } = knowledgeCollections;
      return db
        .selectDistinct({ id, workspace, name })
        .from(knowledgeDocuments)
        .innerJoin(knowledgeCollections, eq(id, knowledgeDocuments.collectionId))
        .where(and(hasNoVectors(), isNull(removedAt), sql`${embedder}::jsonb ->> 'type' = 'built-in'`));
    },
    queueWithoutVectors: (collection, next) => database.transaction((tx) => queueWithoutVectors(tx, { isIn: isIn(collection), ...next })),
    assets: async (workspace) => {
      const { id, title, collectionId: collection, source } = knowledgeDocuments;
      return db.select({ id, title, collection, source }).from(knowledgeDocuments).where(eq(knowledgeDocuments.workspaceId, workspace));
    },
  };
}

async function add(tx: Tx, document: NewDocument, job: NewJob): Promise<{ document: DocumentRow; isNew: boolean }> {
  const { id, workspace, collection, title, source, tags, content, key } = document;
  const text = content === null ? {} : { content: storableText(content), characters: content.length };
  const [added] = await tx
    .insert(knowledgeDocuments)
    .values({
      id,
      key,
      source,
      job: job.id,
      workspaceId: workspace,
      collectionId: collection,
      title: storableText(title),
      tags: tags.map(storableText),
      state: "queued",
      ...text,
    })
    .onConflictDoNothing({ target: [knowledgeDocuments.collectionId, knowledgeDocuments.key] })
    .returning();
  if (added) {
    await insertJob(tx, job);
    return { document: added, isNew: true };
  }
  const same = and(eq(knowledgeDocuments.collectionId, collection), eq(knowledgeDocuments.key, key ?? ""));
  const [known] = await tx.select().from(knowledgeDocuments).where(same);
  return known ? { document: known, isNew: false } : add(tx, document, job);
}

async function queue(tx: Tx, { isAt, job }: { isAt: SQL | undefined; job: NewJob }) {
  const [row] = await tx.select().from(knowledgeDocuments).where(isAt).for("update");
  if (!row) return undefined;
  const isWaiting = and(
    eq(jobs.id, row.job ?? ""),
    eq(jobs.state, "queued"),
    eq(jobs.attempts, 0),
    sql`${jobs.input}::jsonb = ${JSON.stringify(job.input)}::jsonb`,
  );
  if ((await tx.$count(jobs, isWaiting)) > 0) return { document: row, replaced: null };
  return { document: (await giveTo(tx, isAt, job)) ?? row, replaced: row.job };
}

/** Ready, with chunks to embed, and nothing of another generation under way. */
function hasNoVectors(): SQL | undefined {
  const { state, chunks, embeddedBy, generation, nextGeneration } = knowledgeDocuments;
  return and(eq(state, "ready"), gt(chunks, 0), eq(generation, nextGeneration), isNull(embeddedBy));
}

interface NextDocuments {
  isIn: SQL | undefined;
  after: string;
  limit: number;
  jobFor: (document: DocumentRow) => NewJob;
}

async function queueWithoutVectors(tx: Tx, { isIn, after, limit, jobFor }: NextDocuments): Promise<string[]> {
  // looked at again once it is locked: what somebody has begun in between is left to them
  const rows = await tx
    .select()
    .from(knowledgeDocuments)
    .where(and(isIn, hasNoVectors(), gt(knowledgeDocuments.id, after)))
    .orderBy(asc(knowledgeDocuments.id))
    .limit(limit)
    .for("update", { skipLocked: true });
  for (const row of rows) await giveTo(tx, eq(knowledgeDocuments.id, row.id), jobFor(row));
  return rows.map(({ id }) => id);
}

async function giveTo(tx: Tx, isAt: SQL | undefined, job: NewJob): Promise<DocumentRow | undefined> {
  await insertJob(tx, job);
  const given = { job: job.id, state: "queued" as const, error: null, updatedAt: sql`now()` };
  return (await tx.update(knowledgeDocuments).set(given).where(isAt).returning())[0];
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

interface Published {
  generation: number;
  embeddedBy: string | null;
}

async function publish(tx: Tx, { isOf, id }: { isOf: SQL | undefined; id: string }, { generation, embeddedBy }: Published): Promise<boolean> {
  const [row] = await tx.select().from(knowledgeDocuments).where(isOf).for("update");
  if (!row || row.nextGeneration !== generation) return false;
  if (row.generation !== generation) await countTerms(tx, row, { added: generation, dropped: row.generation });
  const chunks = sql<number>`(SELECT count(*)::int FROM knowledge_chunks WHERE document_id = ${id} AND generation = ${generation})`;
  await tx
    .update(knowledgeDocuments)
    .set({ generation, chunks, embeddedBy, state: "ready", error: null, indexedAt: sql`now()`, updatedAt: sql`now()` })
    .where(isOf);
  return true;
}

/**
 * In how many chunks a word stands goes up by those of one generation and down by those of another (0: none). At once, in the order of words: two that
 * do it wait for one another in turn.
 */
async function countTerms(tx: Tx, { id, workspaceId, collectionId }: DocumentRow, { added, dropped }: { added: number; dropped: number }): Promise<void> {
  const query = (generation: number) => `SELECT search FROM knowledge_chunks WHERE document_id = '${requireId(id)}' AND generation = ${Number(generation)}`;
  await tx.execute(sql`
    INSERT INTO knowledge_terms (workspace_id, collection_id, lexeme, chunks)
    SELECT ${workspaceId}, ${collectionId}, word, sum(change)::int FROM (
      SELECT word, ndoc AS change FROM ts_stat(${query(added)}) UNION ALL SELECT word, -ndoc FROM ts_stat(${query(dropped)})) AS words
    WHERE length(word) <= 200 GROUP BY word HAVING sum(change) <> 0 ORDER BY word
    ON CONFLICT (collection_id, lexeme) DO UPDATE SET chunks = knowledge_terms.chunks + excluded.chunks`);
}

/** Stands in a text of SQL. */
function requireId(id: string): string {
  if (!/^[a-z]+_[A-Za-z0-9_]{1,64}$/.test(id)) throw new RangeError(`${id} is no id.`);
  return id;
}
