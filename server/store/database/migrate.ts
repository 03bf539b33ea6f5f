import { readFileSync } from "node:fs";
import { drizzle } from "drizzle-orm/node-postgres";
import { migrate as runMigrations } from "drizzle-orm/node-postgres/migrator";
import type pg from "pg";
import { z } from "zod";
import { DatabaseTooNewError } from "./database-errors.ts";
import { migrationsFolder } from "./migrations-folder.ts";

/** Any number no other program on the same Postgres database is likely to take. */
const LOCK_KEY = 4_842_175_306;

const journalSchema = z.object({ entries: z.array(z.object({ when: z.number() })) });

/**
 * Brings the tables up to date; processes that start together wait for the first of them. Drizzle records what has run in `drizzle.__drizzle_migrations`.
 * Throws DatabaseTooNewError when the last migration that ran is unknown here.
 */
export async function migrate(pool: pg.Pool): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query("select pg_advisory_lock($1)", [LOCK_KEY]);
    await refuseNewer(client);
    await runMigrations(drizzle(client), { migrationsFolder });
    await client.query("select pg_advisory_unlock($1)", [LOCK_KEY]);
    client.release();
  } catch (error) {
    // Closing the connection also gives the lock back.
    client.release(true);
    throw error;
  }
}

async function refuseNewer(client: pg.PoolClient): Promise<void> {
  const { rows: tables } = await client.query<{ name: string | null }>("select to_regclass('drizzle.__drizzle_migrations')::text as name");
  if (tables[0]?.name == null) return;
  const { rows } = await client.query<{ last: string | null }>("select max(created_at) as last from drizzle.__drizzle_migrations");
  const last = Number(rows[0]?.last ?? 0);
  const newest = Math.max(...journal().entries.map((entry) => entry.when));
  if (last > newest) throw new DatabaseTooNewError(new Date(last));
}

function journal(): z.infer<typeof journalSchema> {
  return journalSchema.parse(JSON.parse(readFileSync(`${migrationsFolder}/meta/_journal.json`, "utf8")));
}
