import { sql } from "drizzle-orm";
import { z } from "zod";
import { approvalStep, type ToolApproval, toolApprovalSchema } from "#nodes/kit/mcp/tool-binding.ts";
import type { Database } from "./database/open-database.ts";
import { readableJson } from "./readable-json.ts";

const rowSchema = z.object({ caller: z.string(), opened: z.object({ node: z.string(), path: z.array(z.number()), name: z.string() }) });
const stepSchema = z.object({ result: z.object({ type: z.literal("inline"), value: toolApprovalSchema }) });

/** What people let through when a run called a tool: from the caller's log, where its node recorded it before the call was made. */
export function createCallApprovals({ db }: Database) {
  const event = sql.raw(readableJson("event"));
  return {
    /** For the run of the call, or a part of it on another worker. */
    read: async (run: string): Promise<ToolApproval | undefined> => {
      const called = await db.execute(sql`
        WITH RECURSIVE up AS (
          SELECT id, parent_run, purpose, 0 AS steps FROM runs WHERE id = ${run}
          UNION ALL SELECT runs.id, runs.parent_run, runs.purpose, up.steps + 1 FROM runs JOIN up ON runs.id = up.parent_run
            WHERE up.purpose IN ('slice', 'worker') AND up.steps < 100)
        SELECT up.parent_run AS caller, opened.body AS opened FROM up,
          LATERAL (SELECT ${event} AS body FROM run_events WHERE run_id = up.parent_run AND type = 'child-opened' OFFSET 0) AS opened
        WHERE up.purpose = 'tool' AND opened.body ->> 'run' = up.id LIMIT 1`);
      const found = rowSchema.safeParse(called.rows[0]);
      if (!found.success) return undefined;
      const { caller, opened } = found.data;
      const { rows } = await db.execute(sql`
        SELECT body FROM (SELECT ${event} AS body FROM run_events WHERE run_id = ${caller} AND type = 'step-finished'
          AND strpos(event::text, ${JSON.stringify(approvalStep(opened.name))}) > 0 OFFSET 0) AS finished
        WHERE body ->> 'node' = ${opened.node} AND (body -> 'path')::jsonb = ${JSON.stringify(opened.path)}::jsonb
          AND body ->> 'step' = ${approvalStep(opened.name)} LIMIT 1`);
      return stepSchema.safeParse(rows[0]?.body).data?.result.value;
    },
  };
}
