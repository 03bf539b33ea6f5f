import { sql } from "drizzle-orm";
import type { VectorSupport } from "../contract/knowledge.ts";
import type { Database } from "./database/open-database.ts";

/** pgvector as this database has it. */
export interface Pgvector {
  available: true;
  /** An index goes on looking where a filter leaves too few (0.8 and newer). */
  iterative: boolean;
  /** Where its types and operators are: not always on the path. */
  schema: string;
  /** Of the type `vector`, as arrays of it name it on the wire. */
  oid: number;
}
export type Support = Pgvector | Extract<VectorSupport, { available: false }>;

interface Found extends Record<string, unknown> {
  version: string;
  schema: string;
  oid: number | null;
  is_usable: boolean;
}

/** Makes the extension where it may. */
export async function findVectorSupport({ db }: Pick<Database, "db">): Promise<Support> {
  const read = async (): Promise<Found | undefined> =>
    (
      await db.execute<Found>(sql`
        SELECT extversion AS version, nspname AS schema, pg_type.oid::int AS oid, has_schema_privilege(pg_namespace.oid, 'USAGE') AS is_usable
        FROM pg_extension JOIN pg_namespace ON pg_namespace.oid = extnamespace
        LEFT JOIN pg_type ON typname = 'vector' AND typnamespace = pg_namespace.oid WHERE extname = 'vector'`)
    ).rows[0];
  const there = await read();
  if (there) return supportOf(there);
  const failed = await db.execute(sql`CREATE EXTENSION IF NOT EXISTS vector`).then(
    () => undefined,
    (error: unknown) => error,
  );
  const made = await read();
  return made ? supportOf(made) : explain(failed);
}

function supportOf({ version, schema, oid, is_usable }: Found): Support {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (oid === null || (major === 0 && minor < 7)) {
    return {
      available: false,
      reason: `This database has pgvector ${version}.`,
      advice: "Update pgvector to 0.7 or newer on the database server, then run “ALTER EXTENSION vector UPDATE;” in this database.",
    };
  }
  if (!is_usable) {
    return {
      available: false,
      reason: `pgvector is in the schema ${schema} of this database, which Heddle's role may not use.`,
      advice: `Ask the database's administrator to give that role the right USAGE on the schema (“GRANT USAGE ON SCHEMA ${schema} TO …;”). Heddle looks again every minute.`,
    };
  }
  return { available: true, iterative: major > 0 || minor >= 8, schema, oid };
}

function explain(error: unknown): Support {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
  if (/permission denied|must be superuser/i.test(cause)) {
    return {
      available: false,
      reason: "pgvector is installed on the database server, but not in this database, and Heddle's role may not create it there.",
      advice: "Ask the database's administrator to run “CREATE EXTENSION vector;” in this database. Heddle looks again every minute.",
    };
  }
  return {
    available: false,
    reason: "The database has no pgvector.",
    advice:
      "Install pgvector on the database server (Debian and Ubuntu: postgresql-<version>-pgvector; Docker: the image pgvector/pgvector), then run “CREATE EXTENSION vector;” in this database. Heddle looks again every minute.",
  };
}
