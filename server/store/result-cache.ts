import { sql } from "drizzle-orm";
import { type NodeId, nodeIdSchema, type RunId, runIdSchema } from "#runtime/graph/ids.ts";
import { type StoredValues, storedValuesSchema } from "#runtime/graph/stored-value.ts";
import type { Database } from "./database/open-database.ts";

/** Results kept in one workspace; the ones unused for longest go first. */
const MAX_RESULTS = 10_000;
/** Days after which an unused result goes. */
const MAX_DAYS = 30;

export interface CachedResult {
  run: RunId;
  node: NodeId;
  outputs: StoredValues;
}

export interface ResultCache {
  /** The result for this key, if there is one that is not older than `ttlMs`. */
  find(given: { workspace: string; key: string; ttlMs?: number | undefined }): Promise<CachedResult | undefined>;
  /** Drops what is beyond the bounds; returns how many. */
  evict(): Promise<number>;
}

/** Results are put in by the commit of the run that computed them (`commit-runs.ts`). */
export function createResultCache(database: Database): ResultCache {
  return {
    find: async ({ workspace, key, ttlMs }) => {
      const { rows } = await database.prepared<{ run_id: string; node_id: string; outputs: unknown }>({
        name: "find-result",
        text: `UPDATE result_cache SET used_at = now() WHERE workspace_id = $1 AND key = $2 AND ($3::float8 IS NULL OR created_at > now() - $3::float8 * interval '1 millisecond')
         RETURNING run_id, node_id, outputs`,
        values: [workspace, key, ttlMs ?? null],
      });
      const [row] = rows;
      return row && { run: runIdSchema.parse(row.run_id), node: nodeIdSchema.parse(row.node_id), outputs: storedValuesSchema.parse(row.outputs) };
    },
    evict: async () => {
      const evicted = await database.db.execute(sql`
        DELETE FROM result_cache USING (
          SELECT workspace_id, key, row_number() OVER (PARTITION BY workspace_id ORDER BY used_at DESC) AS place, used_at FROM result_cache) AS ranked
        WHERE result_cache.workspace_id = ranked.workspace_id AND result_cache.key = ranked.key
          AND (ranked.place > ${MAX_RESULTS} OR ranked.used_at < now() - ${MAX_DAYS} * interval '1 day')`);
      return evicted.rowCount ?? 0;
    },
  };
}
