import { and, asc, desc, eq, gt, lt, lte, type SQL, sql } from "drizzle-orm";
import type { Database } from "./database/open-database.ts";
import { storable } from "./documents.ts";
import { documentSnapshots, documentUpdates } from "./schema/documents.ts";

/** One update of one document, and what it changed in the row that lists show. */
export interface UpdateCommit {
  document: string;
  update: Uint8Array;
  actor: string;
  about?: { name: string; description: string } | undefined;
}

export interface StoredDocument {
  /** Number of the last update in it; 0 without any. */
  number: number;
  /** The snapshot, then the updates after it. */
  parts: Uint8Array[];
  /** Updates after the snapshot. */
  tail: number;
}

/** What is stored of a document after a number. */
export interface StoredTail {
  /** Number of the last update in it. */
  number: number;
  /** The whole document at some later number, where single updates are no longer kept: a snapshot took their place. */
  state?: Uint8Array;
  /** The updates after the number asked for, or after the state. */
  updates: Uint8Array[];
}

/** How far a document is, for those who have it open. */
export interface StoredStanding {
  document: string;
  /** Number of its last update. */
  number: number;
  isArchived: boolean;
}

export interface DocumentUpdateStore {
  /**
   * Records updates of many documents in one transaction, those of one document in the order given, and answers their numbers in that order.
   * Safe to repeat after an unclear end: an update that is there twice changes nothing. Updates of a document that is not there get 0.
   */
  append(commits: readonly UpdateCommit[]): Promise<number[]>;
  load(document: string): Promise<StoredDocument>;
  /** Everything after a number. */
  since(document: string, after: number): Promise<StoredTail>;
  /** One query for all of them; those that are not there are left out. */
  standings(documents: readonly string[]): Promise<StoredStanding[]>;
  /** Records the state with every update up to `number`, and removes what it makes superfluous. */
  snapshot(document: string, number: number, state: Uint8Array): Promise<void>;
}

export function createDocumentUpdateStore(database: Database): DocumentUpdateStore {
  return {
    append: (commits) => append(database, commits),
    load: (document) => load(database, document),
    since: (document, after) => since(database, document, after),
    standings: (ids) => standings(database, ids),
    snapshot: (document, number, state) => snapshot(database, { document, number, state }),
  };
}

/**
 * One statement, hence one transaction and one way to the database. Numbers are taken from the counter in the document's row: a process that
 * waited for the row gets those after the ones the other took, which no look at the updates themselves would show it.
 */
async function append({ db }: Database, commits: readonly UpdateCommit[]): Promise<number[]> {
  const perDocument = new Map<string, { count: number; about: UpdateCommit["about"] }>();
  const offsets = commits.map(({ document, about }) => {
    const before = perDocument.get(document);
    const count = (before?.count ?? 0) + 1;
    perDocument.set(document, { count, about: about ?? before?.about });
    return count;
  });
  // in one order everywhere: the rows of documents are locked in it
  const sorted = [...perDocument].sort(([left], [right]) => (left < right ? -1 : 1));
  const touched = sorted.map(([id, { count, about }]) => ({
    id,
    count,
    name: about && storable(about.name),
    description: about && storable(about.description),
  }));
  const inserted = await db.execute<{ position: number; number: string }>(sql`
    WITH about AS (
      SELECT * FROM unnest(${sql.param(touched.map(({ id }) => id))}::text[], ${sql.param(touched.map(({ count }) => count))}::int[],
        ${sql.param(touched.map(({ name }) => name ?? null))}::text[], ${sql.param(touched.map(({ description }) => description ?? null))}::text[])
        AS about(id, count, name, description)
    ), changed AS (
      UPDATE documents SET updated_at = now(), last_number = documents.last_number + about.count,
        name = coalesce(about.name, documents.name), description = coalesce(about.description, documents.description)
      FROM about WHERE documents.id = about.id
      RETURNING documents.id, documents.workspace_id, documents.last_number - about.count AS last
    ), given AS (
      SELECT * FROM unnest(${sql.param(commits.map(({ document }) => document))}::text[], ${sql.param(offsets)}::int[],
        ${sql.param(commits.map(({ update }) => Buffer.from(update)))}::bytea[], ${sql.param(commits.map(({ actor }) => storable(actor)))}::text[])
        WITH ORDINALITY AS given(id, nth, content, actor, position)
    ), written AS (
      INSERT INTO document_updates (document_id, number, workspace_id, update, actor)
      SELECT given.id, changed.last + given.nth, changed.workspace_id, given.content, given.actor FROM given JOIN changed ON changed.id = given.id
      RETURNING document_id, number
    )
    SELECT given.position::int AS position, written.number FROM given JOIN changed ON changed.id = given.id
      JOIN written ON written.document_id = given.id AND written.number = changed.last + given.nth`);
  const numbers = commits.map(() => 0);
  for (const row of inserted.rows) numbers[row.position - 1] = Number(row.number);
  return numbers;
}

async function load(database: Database, document: string): Promise<StoredDocument> {
  return database.transaction(
    async (tx) => {
      const [stored] = await tx
        .select()
        .from(documentSnapshots)
        .where(eq(documentSnapshots.documentId, document))
        .orderBy(desc(documentSnapshots.number))
        .limit(1);
      const tail = await tx
        .select({ number: documentUpdates.number, update: documentUpdates.update })
        .from(documentUpdates)
        .where(and(eq(documentUpdates.documentId, document), gt(documentUpdates.number, stored?.number ?? 0)))
        .orderBy(asc(documentUpdates.number));
      const parts = tail.map(({ update }) => update);
      return { number: tail.at(-1)?.number ?? stored?.number ?? 0, parts: stored ? [stored.state, ...parts] : parts, tail: tail.length };
    },
    { isolation: "repeatable read" },
  );
}

async function since({ transaction }: Database, document: string, after: number): Promise<StoredTail> {
  return transaction(
    async (tx) => {
      const [stored] = await tx
        .select()
        .from(documentSnapshots)
        .where(and(eq(documentSnapshots.documentId, document), gt(documentSnapshots.number, after)))
        .orderBy(desc(documentSnapshots.number))
        .limit(1);
      const start = stored?.number ?? after;
      const rows = await tx
        .select({ number: documentUpdates.number, update: documentUpdates.update })
        .from(documentUpdates)
        .where(and(eq(documentUpdates.documentId, document), gt(documentUpdates.number, start)))
        .orderBy(asc(documentUpdates.number));
      return { number: rows.at(-1)?.number ?? start, ...(stored && { state: stored.state }), updates: rows.map(({ update }) => update) };
    },
    { isolation: "repeatable read" },
  );
}

async function standings({ db }: Database, ids: readonly string[]): Promise<StoredStanding[]> {
  const found = await db.execute<{ document: string; number: string; archived: boolean }>(sql`
    SELECT id AS document, archived_at IS NOT NULL AS archived, last_number AS number FROM documents WHERE id = ANY(${sql.param([...ids])}::text[])`);
  return found.rows.map(({ document, number, archived }) => ({ document, number: Number(number), isArchived: archived }));
}

async function snapshot(database: Database, given: { document: string; number: number; state: Uint8Array }): Promise<void> {
  const { document, number, state } = given;
  await database.transaction(async (tx) => {
    const written = await tx.execute(sql`
      INSERT INTO document_snapshots (document_id, number, workspace_id, state, authors)
      SELECT id, ${number}, workspace_id, ${Buffer.from(state)}, ${authorsUpTo(document, number)} FROM documents WHERE id = ${document}
        AND NOT EXISTS (SELECT 1 FROM document_snapshots WHERE document_id = ${document} AND number >= ${number})
      RETURNING number`);
    if (written.rows.length === 0) return;
    await tx.delete(documentUpdates).where(and(eq(documentUpdates.documentId, document), lte(documentUpdates.number, number)));
    await tx.delete(documentSnapshots).where(and(eq(documentSnapshots.documentId, document), lt(documentSnapshots.number, number)));
  });
}

/** Who made the updates a snapshot takes the place of, and when last; those before the newest revision are named by it. */
function authorsUpTo(document: string, number: number): SQL {
  return sql`(
    SELECT json_object_agg(actor, at) FROM (
      SELECT actor, max(at) AS at FROM (
        SELECT actor, created_at AS at FROM document_updates WHERE document_id = ${document} AND number <= ${number}
        UNION ALL
        SELECT written.key, written.value::timestamptz FROM document_snapshots, json_each_text(coalesce(authors, '{}')) AS written WHERE document_id = ${document}
      ) AS wrote
      WHERE at > coalesce((SELECT max(created_at) FROM revisions WHERE document_id = ${document}), 'epoch')
      GROUP BY actor ORDER BY max(at) DESC LIMIT 50
    ) AS authors)`;
}
