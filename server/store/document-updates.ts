import { and, asc, desc, eq, gt, lt, lte, sql } from "drizzle-orm";
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

export interface DocumentUpdateStore {
  /**
   * Records updates of many documents in one transaction, those of one document in the order given, and answers their numbers in that order.
   * Safe to repeat after an unclear end: an update that is there twice changes nothing. Updates of a document that is not there get 0.
   */
  append(commits: readonly UpdateCommit[]): Promise<number[]>;
  load(document: string): Promise<StoredDocument>;
  /** Updates with numbers between the two, both excluded. */
  between(document: string, after: number, before: number): Promise<Uint8Array[]>;
  /** Records the state with every update up to `number`, and removes what it makes superfluous. */
  snapshot(document: string, number: number, state: Uint8Array): Promise<void>;
}

export function createDocumentUpdateStore(database: Database): DocumentUpdateStore {
  return {
    append: (commits) => append(database, commits),
    load: (document) => load(database, document),
    between: async (document, after, before) => {
      const rows = await database.db
        .select({ update: documentUpdates.update })
        .from(documentUpdates)
        .where(and(eq(documentUpdates.documentId, document), gt(documentUpdates.number, after), lt(documentUpdates.number, before)))
        .orderBy(asc(documentUpdates.number));
      return rows.map(({ update }) => update);
    },
    snapshot: (document, number, state) => snapshot(database, { document, number, state }),
  };
}

/**
 * One statement, hence one transaction and one way to the database. Numbers are taken from what is stored; two processes that
 * take the same one meet the primary key, and the loser's commit is tried again.
 */
async function append({ db }: Database, commits: readonly UpdateCommit[]): Promise<number[]> {
  const perDocument = new Map<string, { count: number; about: UpdateCommit["about"] }>();
  const offsets = commits.map(({ document, about }) => {
    const before = perDocument.get(document);
    const count = (before?.count ?? 0) + 1;
    perDocument.set(document, { count, about: about ?? before?.about });
    return count;
  });
  const touched = [...perDocument].map(([id, { about }]) => ({ id, name: about && storable(about.name), description: about && storable(about.description) }));
  const inserted = await db.execute<{ position: number; number: string }>(sql`
    WITH about AS (
      SELECT * FROM unnest(${sql.param(touched.map(({ id }) => id))}::text[], ${sql.param(touched.map(({ name }) => name ?? null))}::text[],
        ${sql.param(touched.map(({ description }) => description ?? null))}::text[]) AS about(id, name, description)
    ), changed AS (
      UPDATE documents SET updated_at = now(), name = coalesce(about.name, documents.name), description = coalesce(about.description, documents.description)
      FROM about WHERE documents.id = about.id
      RETURNING documents.id, documents.workspace_id, greatest(
        coalesce((SELECT max(number) FROM document_updates WHERE document_id = documents.id), 0),
        coalesce((SELECT max(number) FROM document_snapshots WHERE document_id = documents.id), 0)) AS last
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

async function snapshot(database: Database, given: { document: string; number: number; state: Uint8Array }): Promise<void> {
  const { document, number, state } = given;
  await database.transaction(async (tx) => {
    const written = await tx.execute(sql`
      INSERT INTO document_snapshots (document_id, number, workspace_id, state)
      SELECT id, ${number}, workspace_id, ${Buffer.from(state)} FROM documents WHERE id = ${document}
        AND NOT EXISTS (SELECT 1 FROM document_snapshots WHERE document_id = ${document} AND number >= ${number})
      RETURNING number`);
    if (written.rows.length === 0) return;
    await tx.delete(documentUpdates).where(and(eq(documentUpdates.documentId, document), lte(documentUpdates.number, number)));
    await tx.delete(documentSnapshots).where(and(eq(documentSnapshots.documentId, document), lt(documentSnapshots.number, number)));
  });
}
