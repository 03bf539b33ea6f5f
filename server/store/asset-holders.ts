import { type SQL, sql } from "drizzle-orm";
import type { AssetUse } from "../contract/assets.ts";
import type { Database } from "./database/open-database.ts";

/** A SHA-256 after what can stand before one: its length, as Yjs writes it, or what begins a text or an address. */
const HASHES = sql.raw(`'[@"''/=]([0-9a-f]{64})'`);

/** A select of every hash that stands in the stored drafts which fit: Yjs keeps a text as its UTF-8, whatever is around it. */
export function hashesInDrafts(fits: SQL): SQL {
  const of = (table: string, column: string) =>
    sql`SELECT found[1] AS hash FROM ${sql.raw(table)}, regexp_matches(encode(${sql.raw(column)}, 'escape'), ${HASHES}, 'g') AS found WHERE ${fits}`;
  return sql`${of("document_snapshots", "state")} UNION ${of("document_updates", `"update"`)}`;
}

/** Which of these hashes stand in a column of text or JSON. Its rows are few, or short: the whole of them is searched. */
export function hashesInColumn(table: string, { column, fits }: { column: string; fits: SQL }): SQL {
  return sql`SELECT found[1] AS hash FROM ${sql.raw(table)}, regexp_matches(${sql.raw(column)}::text, ${HASHES}, 'g') AS found WHERE ${fits}`;
}

export interface Held {
  workspace: string;
  hashes: readonly string[];
}

/** Which of the hashes a select of hashes finds. */
export async function heldIn({ db }: Database, hashes: readonly string[], select: SQL): Promise<Set<string>> {
  if (hashes.length === 0) return new Set();
  const { rows } = await db.execute<{ hash: string }>(
    sql`SELECT DISTINCT held.hash FROM (${select}) AS held WHERE held.hash = ANY(${sql.param([...hashes])}::text[])`,
  );
  return new Set(rows.map(({ hash }) => hash));
}

/** What refers to files: each room that keeps values which may hold some answers for its own. */
export interface AssetReferences {
  /** Which of the files it refers to. Files it does not name go a day later at the earliest. */
  held(given: Held): Promise<ReadonlySet<string>>;
  /** What of it refers to one file, for people; at most so many. */
  uses(given: { workspace: string; hash: string; limit: number }): Promise<AssetUse[]>;
}

type Row = { id: string; name: string; graph: string | null; number: number | null };

async function usesIn({ db }: Database, holder: AssetUse["holder"], select: SQL): Promise<AssetUse[]> {
  const { rows } = await db.execute<Row>(select);
  return rows.map(({ id, name, graph, number }) => ({ holder, id, name, graph, number: number === null ? null : Number(number) }));
}

/** Drafts, archived ones as well: they can be brought back. */
export function draftReferences(database: Database): AssetReferences {
  return {
    held: ({ workspace, hashes }) => heldIn(database, hashes, hashesInDrafts(sql`workspace_id = ${workspace}`)),
    uses: ({ workspace, hash, limit }) =>
      usesIn(
        database,
        "draft",
        sql`SELECT id, name, id AS graph, NULL::int AS number FROM documents WHERE workspace_id = ${workspace} AND (
          EXISTS (SELECT 1 FROM document_snapshots AS s WHERE s.document_id = documents.id AND position(convert_to(${hash}, 'UTF8') IN s.state) > 0)
          OR EXISTS (SELECT 1 FROM document_updates AS u WHERE u.document_id = documents.id AND position(convert_to(${hash}, 'UTF8') IN u."update") > 0))
          ORDER BY updated_at DESC LIMIT ${limit}`,
      ),
  };
}

/** The newest revision of each graph that refers to it stands for them all. */
export function revisionReferences(database: Database): AssetReferences {
  return {
    held: ({ workspace, hashes }) => heldIn(database, hashes, hashesInColumn("revisions", { column: "content", fits: sql`workspace_id = ${workspace}` })),
    uses: ({ workspace, hash, limit }) =>
      usesIn(
        database,
        "revision",
        sql`SELECT d.id, d.name, d.id AS graph, max(r.number) AS number FROM revisions AS r JOIN documents AS d ON d.id = r.document_id
          WHERE r.workspace_id = ${workspace} AND strpos(r.content, ${hash}) > 0 GROUP BY d.id, d.name ORDER BY d.name LIMIT ${limit}`,
      ),
  };
}

/** Logs of runs, with the large values they refer to, and what waits to come into one. */
export function runReferences(database: Database): AssetReferences {
  const inLogs = (workspace: string) => sql`
    SELECT hash, holder_id AS run FROM asset_uses WHERE workspace_id = ${workspace} AND holder = 'run'
    UNION SELECT inner_use.hash, log.holder_id AS run FROM asset_uses AS inner_use
      JOIN asset_uses AS log ON log.workspace_id = inner_use.workspace_id AND log.holder = 'run' AND log.hash = inner_use.holder_id
      WHERE inner_use.workspace_id = ${workspace} AND inner_use.holder = 'value'`;
  return {
    held: async ({ workspace, hashes }) =>
      heldIn(
        database,
        hashes,
        sql`SELECT hash FROM (${inLogs(workspace)}) AS logs UNION ${hashesInColumn("run_inbox", { column: "message", fits: sql`workspace_id = ${workspace}` })}`,
      ),
    uses: ({ workspace, hash, limit }) =>
      usesIn(
        database,
        "run",
        sql`SELECT runs.id, coalesce(d.name, '') AS name, runs.graph_id AS graph, NULL::int AS number
          FROM (${inLogs(workspace)}) AS logs JOIN runs ON runs.id = logs.run LEFT JOIN documents AS d ON d.id = runs.graph_id
          WHERE logs.hash = ${hash} ORDER BY runs.created_at DESC LIMIT ${limit}`,
      ),
  };
}

/** Large values that drafts have pinned, and the files in them. */
export function pinReferences(database: Database): AssetReferences {
  const pinned = (workspace: string) => sql`
    SELECT inner_use.hash FROM asset_uses AS inner_use WHERE inner_use.workspace_id = ${workspace} AND inner_use.holder = 'value'
      AND inner_use.holder_id IN (${hashesInDrafts(sql`workspace_id = ${workspace}`)})`;
  return {
    held: ({ workspace, hashes }) => heldIn(database, hashes, pinned(workspace)),
    uses: ({ workspace, hash, limit }) =>
      usesIn(
        database,
        "draft",
        sql`SELECT DISTINCT d.id, d.name, d.id AS graph, NULL::int AS number FROM asset_uses AS inner_use
          JOIN documents AS d ON d.workspace_id = inner_use.workspace_id AND (
            EXISTS (SELECT 1 FROM document_snapshots AS s WHERE s.document_id = d.id AND position(convert_to(inner_use.holder_id, 'UTF8') IN s.state) > 0)
            OR EXISTS (SELECT 1 FROM document_updates AS u WHERE u.document_id = d.id AND position(convert_to(inner_use.holder_id, 'UTF8') IN u."update") > 0))
          WHERE inner_use.workspace_id = ${workspace} AND inner_use.holder = 'value' AND inner_use.hash = ${hash} LIMIT ${limit}`,
      ),
  };
}

/** Conversations of people, whose titles are theirs alone, what agents remember, and variables. */
export function spokenReferences(database: Database): AssetReferences {
  const fits = (workspace: string) => sql`workspace_id = ${workspace}`;
  return {
    held: ({ workspace, hashes }) =>
      heldIn(
        database,
        hashes,
        sql`${hashesInColumn("chat_turns", { column: "files", fits: fits(workspace) })}
          UNION ${hashesInColumn("variables", { column: "value", fits: fits(workspace) })}
          UNION ${hashesInColumn("memory_messages", { column: "message", fits: fits(workspace) })}`,
      ),
    uses: async ({ workspace, hash, limit }) => [
      ...(await usesIn(
        database,
        "chat",
        sql`SELECT DISTINCT c.id, '' AS name, c.document_id AS graph, NULL::int AS number FROM chat_turns AS t JOIN chats AS c ON c.id = t.chat_id
          WHERE t.workspace_id = ${workspace} AND strpos(t.files::text, ${hash}) > 0 LIMIT ${limit}`,
      )),
      ...(await usesIn(
        database,
        "variable",
        sql`SELECT name AS id, name, NULL AS graph, NULL::int AS number FROM variables
          WHERE workspace_id = ${workspace} AND strpos(value::text, ${hash}) > 0 LIMIT ${limit}`,
      )),
      ...(await usesIn(
        database,
        "memory",
        sql`SELECT DISTINCT t.id, t.key AS name, t.graph_id AS graph, NULL::int AS number FROM memory_messages AS m JOIN memory_threads AS t ON t.id = m.thread_id
          WHERE m.workspace_id = ${workspace} AND strpos(m.message::text, ${hash}) > 0 LIMIT ${limit}`,
      )),
    ],
  };
}

/** Pictures that stand for workflows of the library. */
export function workflowReferences(database: Database): AssetReferences {
  return {
    held: ({ workspace, hashes }) =>
      heldIn(database, hashes, sql`SELECT cover AS hash FROM comfy_workflows WHERE workspace_id = ${workspace} AND cover IS NOT NULL`),
    uses: ({ workspace, hash, limit }) =>
      usesIn(
        database,
        "workflow",
        sql`SELECT id, name, NULL AS graph, NULL::int AS number FROM comfy_workflows WHERE workspace_id = ${workspace} AND cover = ${hash} ORDER BY name LIMIT ${limit}`,
      ),
  };
}

/** Files that documents of knowledge are read from, and will be again when they are re-indexed. */
export function knowledgeReferences(database: Database): AssetReferences {
  const document = (workspace: string) => sql`workspace_id = ${workspace} AND source->>'type' = 'asset'`;
  return {
    held: ({ workspace, hashes }) =>
      heldIn(database, hashes, sql`SELECT source->'asset'->>'$asset' AS hash FROM knowledge_documents WHERE ${document(workspace)}`),
    uses: ({ workspace, hash, limit }) =>
      usesIn(
        database,
        "knowledge-document",
        sql`SELECT id, title AS name, NULL AS graph, NULL::int AS number FROM knowledge_documents
          WHERE ${document(workspace)} AND source->'asset'->>'$asset' = ${hash} ORDER BY title LIMIT ${limit}`,
      ),
  };
}
