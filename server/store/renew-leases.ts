import { sql } from "drizzle-orm";
import { type RunId, runIdSchema } from "#runtime/graph/ids.ts";
import type { Database } from "./database/open-database.ts";

interface Renewal {
  owner: string;
  leaseMs: number;
  /** Epochs by run. */
  leases: ReadonlyMap<RunId, number>;
}

/**
 * Lengthens leases and returns the runs whose lease is still the owner's. It waits for no row: a commit locks the rows of many runs in an order
 * of its own, and each of the two could wait for the other. A row that another transaction holds keeps the length it has until the next time.
 */
export async function renewLeases({ db }: Database, { owner, leaseMs, leases }: Renewal): Promise<ReadonlySet<RunId>> {
  const heldOf = (ids: readonly RunId[]) =>
    sql`unnest(${sql.param([...ids])}::text[], ${sql.param(ids.map((run) => leases.get(run)))}::int[]) AS held(id, epoch)`;
  const isOurs = sql`runs.id = held.id AND runs.lease_epoch = held.epoch AND runs.lease_owner = ${owner}`;
  const renewed = await db.execute<{ id: string }>(sql`
    WITH free AS MATERIALIZED (SELECT runs.id FROM runs JOIN ${heldOf([...leases.keys()])} ON ${isOurs} ORDER BY runs.id FOR UPDATE OF runs SKIP LOCKED)
    UPDATE runs SET lease_until = now() + ${leaseMs} * interval '1 millisecond' FROM free WHERE runs.id = free.id RETURNING runs.id`);
  const kept = new Set(renewed.rows.map((row) => runIdSchema.parse(row.id)));
  const skipped = [...leases.keys()].filter((run) => !kept.has(run));
  if (skipped.length === 0) return kept;
  // who holds the row may be about to take over a lease that has run out
  const ours = await db.execute<{ id: string }>(sql`SELECT runs.id FROM runs JOIN ${heldOf(skipped)} ON ${isOurs} WHERE runs.lease_until > now()`);
  return kept.union(new Set(ours.rows.map((row) => runIdSchema.parse(row.id))));
}
