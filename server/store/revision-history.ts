import { sql } from "drizzle-orm";
import type { Database } from "./database/open-database.ts";

export interface DueQuery {
  /** Documents whose last edit was looked at before. */
  after: Date | undefined;
  /** Whoever edited last before this has stopped. */
  quietSince: Date;
  /** A document that is still being edited is due when its newest revision is from before this. */
  olderThan: Date;
  limit: number;
}

export interface RevisionHistoryStore {
  /** Graphs that were changed since their newest revision and are due for another, the longest unchanged first. */
  due(query: DueQuery): Promise<{ id: string; updatedAt: Date }[]>;
  /**
   * Drops revisions that the server cut by itself before a day, but for the last of each week: those without a name that were never published, that no
   * run used and no other graph asks for by their number. Answers how many.
   */
  thin(given: { before: Date; limit: number }): Promise<number>;
}

export function createRevisionHistoryStore({ db }: Database): RevisionHistoryStore {
  return {
    due: async ({ after, quietSince, olderThan, limit }) => {
      const at = (time: Date) => sql`${time.toISOString()}::timestamptz`;
      const { rows } = await db.execute<{ id: string; updated_at: string | Date }>(sql`
        SELECT id, updated_at FROM (
          SELECT id, updated_at, greatest(created_at, (SELECT max(created_at) FROM revisions WHERE document_id = documents.id)) AS cut_at
          FROM documents WHERE kind = 'graph' AND archived_at IS NULL AND updated_at > ${at(after ?? new Date(0))}
        ) AS changed
        WHERE updated_at > cut_at AND (updated_at <= ${at(quietSince)} OR cut_at < ${at(olderThan)})
        ORDER BY updated_at, id LIMIT ${limit}`);
      return rows.map((row) => ({ id: row.id, updatedAt: new Date(row.updated_at) }));
    },
    thin: async ({ before, limit }) => {
      const { rows } = await db.execute(sql`
        WITH spare AS (
          SELECT workspace_id, document_id, number FROM revisions AS old
          WHERE reason = 'auto' AND name IS NULL AND published_at IS NULL AND created_at < ${before.toISOString()}::timestamptz
            AND EXISTS (SELECT 1 FROM revisions AS later WHERE later.document_id = old.document_id AND later.number > old.number
              AND date_trunc('week', later.created_at) = date_trunc('week', old.created_at))
            AND NOT EXISTS (SELECT 1 FROM documents WHERE id = old.document_id AND published_revision = old.number)
            AND NOT EXISTS (SELECT 1 FROM runs WHERE workspace_id = old.workspace_id AND graph_id = old.document_id AND revision = old.number)
          LIMIT ${limit}
        ), named AS (
          SELECT DISTINCT key FROM revisions, json_object_keys(reference_values) AS key
          WHERE revisions.workspace_id IN (SELECT workspace_id FROM spare) AND key IN (SELECT 'graph:' || document_id || '@' || number FROM spare)
        )
        DELETE FROM revisions USING spare
        WHERE revisions.document_id = spare.document_id AND revisions.number = spare.number
          -- once more: it may have got a name, or have been published, while its row was waited for
          AND revisions.reason = 'auto' AND revisions.name IS NULL AND revisions.published_at IS NULL
          AND NOT EXISTS (SELECT 1 FROM named WHERE key = 'graph:' || spare.document_id || '@' || spare.number)
        RETURNING revisions.number`);
      return rows.length;
    },
  };
}
