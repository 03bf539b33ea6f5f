import { sql } from "drizzle-orm";
import { z } from "zod";
import type { GraphId } from "#runtime/graph/ids.ts";
import type { CostEstimate } from "../contract/cost-estimate.ts";
import type { Database } from "./database/open-database.ts";
import { readableJson } from "./readable-json.ts";

/** Runs it is told from. */
const LAST = 20;
/** Of them, those whose log is looked through, for tokens and for what has no price. */
const LOOKED_THROUGH = 3;

const rowSchema = z.object({
  ...{ runs: z.coerce.number(), median: z.string(), max: z.string(), unknown: z.boolean() },
  ...{ tokens_median: z.coerce.number(), tokens_max: z.coerce.number() },
});

/** From the last runs that succeeded; not from those that another run began, which count in it. */
export async function readCostEstimate(
  { db }: Database,
  given: { workspace: string; graph: GraphId },
): Promise<Omit<CostEstimate, "unknownPrices" | "budget">> {
  const { rows } = await db.execute(sql`
    WITH recent AS (
      SELECT id, cost, row_number() OVER (ORDER BY created_at DESC, id) AS place FROM runs
      WHERE workspace_id = ${given.workspace} AND graph_id = ${given.graph} AND state = 'succeeded' AND (purpose IS NULL OR purpose = 'rerun')
      ORDER BY created_at DESC, id LIMIT ${LAST}),
    used AS (
      SELECT looked.id, sum(COALESCE((${sql.raw(readableJson("run_events.event"))} ->> 'tokens')::numeric, 0)) AS tokens FROM recent AS looked
        JOIN run_events ON run_events.run_id = looked.id AND run_events.type IN ('cost-settled', 'child-finished')
      WHERE looked.place <= ${LOOKED_THROUGH} GROUP BY looked.id)
    SELECT count(*) AS runs, COALESCE(trim_scale(percentile_disc(0.5) WITHIN GROUP (ORDER BY cost)), 0)::text AS median,
      COALESCE(trim_scale(max(cost)), 0)::text AS max,
      EXISTS (SELECT 1 FROM recent AS looked JOIN run_events ON run_events.run_id = looked.id
        WHERE looked.place <= ${LOOKED_THROUGH} AND run_events.type = 'cost-settled' AND strpos(run_events.event::text, '"price":"unknown"') > 0) AS unknown,
      (SELECT COALESCE(percentile_disc(0.5) WITHIN GROUP (ORDER BY tokens), 0) FROM used) AS tokens_median, (SELECT COALESCE(max(tokens), 0) FROM used) AS tokens_max
    FROM recent`);
  const { unknown, tokens_median: median, tokens_max: max, ...row } = rowSchema.parse(rows[0]);
  return { ...row, tokens: { median, max }, hasUnknownPrices: unknown };
}
