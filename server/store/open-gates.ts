import { type SQL, sql } from "drizzle-orm";
import { readableJson } from "./readable-json.ts";

/**
 * Events by which the run in the same FROM asks a person; `body` is the event for the operators of JSON. A wait is one for a person by its
 * kind; every uncertain write is. OFFSET 0 keeps the database from reading the events of all runs first: they outnumber the runs by far.
 */
export function askedEvents(given: { only?: SQL } = {}): SQL {
  return sql`LATERAL (SELECT * FROM (
      SELECT run_id, seq, type, at, event, ${sql.raw(readableJson("event"))} AS body FROM run_events
      WHERE run_id = runs.id AND type IN ('node-uncertain', 'node-waiting') ${given.only ?? sql``} OFFSET 0) AS asking
    WHERE asking.type = 'node-uncertain' OR asking.body -> 'request' ->> 'kind' IN ('person', 'budget') OFFSET 0)`;
}

const LATER_OF_SAME_NODE_RUN = sql.raw(`later.body ->> 'node' = asked.body ->> 'node' AND (later.body -> 'path')::text = (asked.body -> 'path')::text`);
const laterEvents = (types: SQL) => sql`(SELECT seq, at, event, ${sql.raw(readableJson("event"))} AS body FROM run_events
  WHERE run_id = asked.run_id AND seq > asked.seq AND ${types} OFFSET 0)`;

/** The event that ended the wait or the uncertainty `asked`: of the same node run and, for a wait, of the same name. */
export const DECISION = sql`(SELECT event, at FROM ${laterEvents(sql`type = CASE asked.type WHEN 'node-uncertain' THEN 'uncertainty-decided' ELSE 'wait-answered' END`)} AS later
  WHERE ${LATER_OF_SAME_NODE_RUN} AND (asked.type = 'node-uncertain' OR later.body ->> 'name' = asked.body -> 'request' ->> 'name') ORDER BY seq LIMIT 1)`;

/** Nobody has decided `asked`, neither in the log nor on the way to the driver, and its node run still waits. */
export const IS_OPEN = sql`NOT EXISTS (SELECT 1 FROM run_inbox WHERE run_id = asked.run_id AND dedupe_key = 'gate:' || asked.seq)
  AND NOT EXISTS ${DECISION} AND NOT EXISTS (SELECT 1 FROM ${laterEvents(sql`type = 'node-cancelled'`)} AS later WHERE ${LATER_OF_SAME_NODE_RUN})`;
