import { sql } from "drizzle-orm";
import type { Database, Tx } from "./database/open-database.ts";

/** Waits until no transaction of any process holds this name, and holds it until this one ends. */
export async function lockName(tx: Tx, name: string): Promise<void> {
  await tx.execute(sql`SELECT pg_advisory_xact_lock(hashtextextended(${name}, 0))`);
}

/** Runs work on something outside the database, such as a file, in one process at a time. The work must not use the database. */
export async function exclusively<T>(database: Database, { name, work }: { name: string; work: () => Promise<T> }): Promise<T> {
  return database.transaction(async (tx) => {
    await lockName(tx, name);
    return work();
  });
}
