import { sql } from "drizzle-orm";
import { migrate } from "./migrate.ts";
import { type Database, databaseOver } from "./open-database.ts";
import { type PgliteEngine, startPglite } from "./open-pglite.ts";

/** An embedded database in memory, and what it was like before anybody had it. */
interface KeptEngine {
  engine: PgliteEngine;
  workspaces: string;
  shape: string;
}

/**
 * To start an engine takes about two seconds of processor time: the test files of one process have it one after the other, each in a session of its own
 * and without a trace of the one before. `empty` takes the rows of all tables but `workspaces` away.
 */
export function keptEngines(empty: (database: Database) => Promise<void>): { open: () => Promise<Database> } {
  const idle: KeptEngine[] = [];

  const keep = async (kept: KeptEngine): Promise<void> => {
    const database = sessionOf(kept.engine);
    const isSound = await restore(database, kept).catch(() => false);
    await database.close();
    // one whose tables are others now, or that does not answer any more, is of no use to the next
    if (isSound) idle.push(kept);
    else await kept.engine.close();
  };
  const restore = async (database: Database, { workspaces, shape }: KeptEngine): Promise<boolean> => {
    if ((await shapeOf(database)) !== shape) return false;
    await empty(database);
    await database.db.execute("delete from workspaces");
    await database.db.execute(sql`insert into workspaces select * from jsonb_populate_recordset(null::workspaces, ${workspaces})`);
    return true;
  };
  return {
    open: async () => {
      const kept = idle.pop() ?? (await newEngine());
      return sessionOf(kept.engine, () => keep(kept));
    },
  };
}

async function newEngine(): Promise<KeptEngine> {
  const engine = await startPglite(undefined);
  const pool = engine.newPool();
  await migrate(pool);
  await pool.end();
  const database = sessionOf(engine);
  const { rows } = await database.db.execute<{ all: string }>("select jsonb_agg(to_jsonb(workspaces))::text as all from workspaces");
  const kept = { engine, workspaces: rows[0]?.all ?? "[]", shape: await shapeOf(database) };
  await database.close();
  return kept;
}

function sessionOf(engine: PgliteEngine, closed = async (): Promise<void> => undefined): Database {
  const pool = engine.newPool();
  return databaseOver({ kind: "pglite", pool, close: () => pool.end().then(closed) });
}

/** Of everything that a statement can make, change or drop other than rows. */
async function shapeOf({ db }: Database): Promise<string> {
  const { rows } = await db.execute<{ shape: string }>(`
    select md5(string_agg(part, ',' order by part)) as shape from (
      select format('class %s %s %s', oid, relname, relnatts) as part from pg_class where oid >= 16384
      union all select format('column %s %s %s %s %s', attrelid, attname, atttypid, attnotnull, atthasdef) from pg_attribute where attrelid >= 16384
      union all select format('trigger %s %s', oid, tgenabled) from pg_trigger where oid >= 16384
      union all select format('constraint %s', oid) from pg_constraint where oid >= 16384
      union all select format('function %s %s', oid, md5(prosrc)) from pg_proc where oid >= 16384
      union all select format('extension %s', oid) from pg_extension where oid >= 16384
      union all select format('schema %s', oid) from pg_namespace where oid >= 16384
      union all select format('setting %s %s', setdatabase, setconfig) from pg_db_role_setting
    ) as parts`);
  return rows[0]?.shape ?? "";
}
