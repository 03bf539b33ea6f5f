import type pg from "pg";
import { DatabaseUnavailableError } from "./database-errors.ts";
import { GuardedPool } from "./guarded-pool.ts";

/** Connects once to see that the server answers, in the first place to fail with a sentence instead of at the first request. */
export async function openPostgres(url: string): Promise<pg.Pool> {
  const pool = new GuardedPool({
    connectionString: url,
    max: 10,
    connectionTimeoutMillis: 10_000,
    // A transaction never waits for the network, so one that idles this long belongs to a process that hangs, and it holds locks.
    idle_in_transaction_session_timeout: 60_000,
    application_name: "heddle",
    // prepared statements take lists of any length as one parameter: planning them anew for each call would cost as much as running them
    options: "-c plan_cache_mode=force_generic_plan",
  });
  try {
    await pool.query("select 1");
  } catch (error) {
    await pool.end();
    throw new DatabaseUnavailableError(
      `The database at ${withoutSecrets(url)} does not answer: ${reasonOf(error)}`,
      "Check that Postgres runs and that DATABASE_URL names its host, user, password and database.",
      { cause: error },
    );
  }
  return pool;
}

function withoutSecrets(url: string): string {
  if (!URL.canParse(url)) return "DATABASE_URL";
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}

/** A name with several addresses fails with an AggregateError, whose own message is empty. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join("; ");
  return error instanceof Error ? error.message : String(error);
}
