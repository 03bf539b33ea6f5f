import { sql } from "drizzle-orm";
import type { Database } from "./database/open-database.ts";
import { storableText } from "./storable-text.ts";

export interface WordQuery {
  collection: string;
  language: string;
  query: string;
  limit: number;
  /** Only of these documents. */
  documents?: readonly string[] | undefined;
  /** They have so few chunks that each of them is compared. */
  isNarrow?: boolean;
}

export interface PassageRow {
  id: string;
  document: string;
  position: number;
  page: number | null;
  headings: string[];
  start: number;
  end: number;
  /** With marks around what matches words of the query. */
  marked: string;
  title: string;
  source: unknown;
  tags: string[];
  /** The embedder that made its document's vectors. */
  embeddedBy: string | null;
}

/** Around what `ts_headline` found: characters for private use. Where a text has them itself, a replacement character stands for them. */
export const MARK = { from: "\ue000", to: "\ue001" } as const;
const UNMARKED = "\ufffd\ufffd";

export interface KnowledgeSearchStore {
  /** Chunks by the words they share with the query, the best first. `score`: of what the best possible chunk would have (1). */
  byWords(query: WordQuery): Promise<{ chunk: string; score: number }[]>;
  /** Those of the chunks that are found now, with their documents; in no order. */
  passages(given: { chunks: readonly string[]; language: string; query: string }): Promise<PassageRow[]>;
  /** Documents that no search by meaning with this embedder finds: those with vectors of another one, and those with chunks and no vectors. */
  foreign(given: { collection: string; embeddedBy: string }): Promise<{ others: number; without: number }>;
  /** Documents of a collection that have one of the tags and are among `documents` (all, where there are none), and how many chunks they have. */
  filtered(given: { collection: string; tags: readonly string[]; documents: readonly string[] }): Promise<{ ids: string[]; chunks: number }>;
}

/** Chunks whose words are compared: the ones with the rarest words of the query, unless a filter leaves no more. */
export const MOST_CANDIDATES = 4_000;
const MOST_WORDS = 24;

/**
 * Full text, with the two things that Postgres's own ranking lacks: a word counts the more the fewer chunks of the collection have it (the inverse
 * document frequency of Robertson and Spärck Jones, as in BM25), and only the chunks with the rarest words of the query are looked at.
 */
export function createKnowledgeSearchStore(database: Database): KnowledgeSearchStore {
  const { db } = database;
  return {
    byWords: async ({ collection, language, query, limit, documents, isNarrow = false }) => {
      const { rows: asked } = await db.execute<{ lexeme: string; chunks: number; total: number }>(sql`
        SELECT asked.lexeme, CASE WHEN terms.lexeme IS NULL THEN 0 ELSE greatest(terms.chunks, 1) END AS chunks,
          (SELECT coalesce(sum(chunks), 0)::int FROM knowledge_documents WHERE collection_id = ${collection}) AS total
        FROM unnest(to_tsvector(${language}::regconfig, ${storableText(query)})) AS asked
        LEFT JOIN knowledge_terms AS terms ON terms.collection_id = ${collection} AND terms.lexeme = asked.lexeme
        ORDER BY terms.chunks NULLS LAST, asked.lexeme LIMIT ${MOST_WORDS}`);
      const words = asked.filter(({ chunks }) => chunks > 0);
      if (words.length === 0) return [];
      const weightOf = ({ chunks, total }: (typeof asked)[number]) => Math.log(1 + (Math.max(total, chunks) - chunks + 0.5) / (chunks + 0.5));
      const weights = words.map(weightOf);
      // words that stand nowhere are missed, too: a chunk that has the only known word of a long question has little of it
      const best = asked.reduce((sum, word) => sum + weightOf(word), 0);
      const looked = isNarrow ? words.map(({ lexeme }) => lexeme) : rarest(words);
      const score = sql.join(
        words.map(({ lexeme }, index) => sql`${weights[index]}::float8 * ts_rank('{1,1,1,1}', search, ${quote(lexeme)}::tsquery)`),
        sql` + `,
      );
      const among = documents === undefined ? sql`` : sql`AND chunk.document_id = ANY(${sql.param([...documents])}::text[])`;
      const ranked = sql`
        SELECT id, (${score}) / ${best}::float8 AS score FROM (
          SELECT chunk.id, chunk.search FROM knowledge_chunks AS chunk
          JOIN knowledge_documents AS document ON document.id = chunk.document_id AND document.generation = chunk.generation
          WHERE chunk.collection_id = ${collection} AND NOT chunk.disabled AND chunk.search @@ ${looked.map(quote).join(" | ")}::tsquery ${among}
          LIMIT ${MOST_CANDIDATES}) AS candidates
        ORDER BY score DESC, id LIMIT ${limit}`;
      const { rows } = await database.transaction(async (tx) => {
        // how rare the words are, and how many documents a filter leaves, decides where to begin: planned without, a filtered search took twice as long
        await tx.execute(sql`SET LOCAL plan_cache_mode = force_custom_plan`);
        return tx.execute<{ id: string; score: number }>(ranked);
      });
      return rows.map((row) => ({ chunk: row.id, score: Number(row.score) }));
    },
    passages: async ({ chunks, language, query }) => {
      const options = `HighlightAll=true, StartSel=${MARK.from}, StopSel=${MARK.to}`;
      const asked = sql`(SELECT coalesce(string_agg(quote_literal(lexeme), ' | '), '')::tsquery FROM unnest(to_tsvector(${language}::regconfig, ${storableText(query)})))`;
      const { rows } = await db.execute<Record<string, unknown> & PassageRow>(sql`
        SELECT chunk.id, chunk.document_id AS document, chunk.position, chunk.page, chunk.headings, chunk.start, chunk."end", document.title, document.source, document.tags,
          document.embedded_by AS "embeddedBy",
          ts_headline(${language}::regconfig, translate(chunk.text, ${MARK.from + MARK.to}, ${UNMARKED}), ${asked}, ${options}) AS marked
        FROM knowledge_chunks AS chunk JOIN knowledge_documents AS document ON document.id = chunk.document_id AND document.generation = chunk.generation
        WHERE chunk.id = ANY(${sql.param([...chunks])}::text[]) AND NOT chunk.disabled`);
      return rows;
    },
    foreign: async ({ collection, embeddedBy }) => {
      const { rows } = await db.execute<{ others: number; without: number }>(sql`
        SELECT (count(*) FILTER (WHERE embedded_by <> ${embeddedBy}))::int AS others, (count(*) FILTER (WHERE embedded_by IS NULL AND chunks > 0))::int AS without
        FROM knowledge_documents WHERE collection_id = ${collection} AND generation > 0`);
      return rows[0] ?? { others: 0, without: 0 };
    },
    filtered: async ({ collection, tags, documents }) => {
      const tagged = tags.length === 0 ? sql`` : sql`AND tags && ${sql.param([...tags])}::text[]`;
      const named = documents.length === 0 ? sql`` : sql`AND id = ANY(${sql.param([...documents])}::text[])`;
      const { rows } = await db.execute<{ id: string; chunks: number }>(
        sql`SELECT id, chunks FROM knowledge_documents WHERE collection_id = ${collection} AND generation > 0 ${tagged} ${named}`,
      );
      return { ids: rows.map(({ id }) => id), chunks: rows.reduce((sum, row) => sum + row.chunks, 0) };
    },
  };
}

/** As many of the rarest words as together stand in no more chunks than are compared; at least one. */
function rarest(words: readonly { lexeme: string; chunks: number }[]): string[] {
  let chunks = 0;
  const chosen = words.filter((word) => {
    chunks += word.chunks;
    return chunks <= MOST_CANDIDATES;
  });
  return (chosen.length > 0 ? chosen : words.slice(0, 1)).map(({ lexeme }) => lexeme);
}

/** A word as it stands in a `tsquery`. */
function quote(lexeme: string): string {
  return `'${lexeme.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
}
