import { sql } from "drizzle-orm";
import type { Database } from "./database/open-database.ts";
import { embeddings } from "./schema/knowledge.ts";

/** Vectors kept in all; the ones unused for longest go first. */
const MOST = 500_000;
/** Days after which an unused one goes. */
const MOST_DAYS = 180;

export interface EmbeddingStore {
  /** Vectors by hash; those that are not there are left out. */
  find(given: { workspace: string; embedder: string; hashes: readonly string[] }): Promise<Map<string, Float32Array>>;
  keep(given: { workspace: string; embedder: string; vectors: ReadonlyMap<string, Float32Array> }): Promise<void>;
  /** Drops what is beyond the bounds; answers how many. */
  evict(): Promise<number>;
}

export function createEmbeddingStore({ db }: Database): EmbeddingStore {
  return {
    find: async ({ workspace, embedder, hashes }) => {
      if (hashes.length === 0) return new Map();
      const wanted = sql`workspace_id = ${workspace} AND embedder = ${embedder} AND hash = ANY(${sql.param([...hashes])}::text[])`;
      const { rows } = await db.execute<{ hash: string; vector: Buffer }>(sql`
        WITH touched AS (UPDATE embeddings SET used_at = now() WHERE ${wanted} AND used_at < now() - interval '1 day')
        SELECT hash, vector FROM embeddings WHERE ${wanted}`);
      return new Map(rows.map(({ hash, vector }) => [hash, fromBytes(vector)]));
    },
    keep: async ({ workspace, embedder, vectors }) => {
      if (vectors.size === 0) return;
      const rows = [...vectors].map(([hash, vector]) => ({ workspaceId: workspace, embedder, hash, vector: toBytes(vector) }));
      await db.insert(embeddings).values(rows).onConflictDoNothing();
    },
    evict: async () => {
      const evicted = await db.execute(sql`
        DELETE FROM embeddings WHERE used_at < now() - ${MOST_DAYS} * interval '1 day'
          OR used_at < (SELECT used_at FROM embeddings ORDER BY used_at DESC OFFSET ${MOST} LIMIT 1)`);
      return evicted.rowCount ?? 0;
    },
  };
}

function toBytes(vector: Float32Array): Uint8Array {
  return new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength);
}

/** Copied: the bytes need not begin where a float may. */
function fromBytes(bytes: Uint8Array): Float32Array {
  return new Float32Array(new Uint8Array(bytes).buffer);
}
