import { sql } from "drizzle-orm";
import { type Database, openDatabase } from "../database/open-database.ts";

/** Every column of every row of Heddle's tables, by table: bytes as latin1 text, everything else as JSON. */
export async function dumpTables(given: Parameters<typeof openDatabase>[0]): Promise<Map<string, string>> {
  const database = await openDatabase(given);
  try {
    return await dump(database);
  } finally {
    await database.close();
  }
}

async function dump({ db }: Database): Promise<Map<string, string>> {
  const { rows: tables } = await db.execute(sql`SELECT tablename FROM pg_tables WHERE schemaname = 'public'`);
  const dumped = new Map<string, string>();
  for (const { tablename } of tables) {
    const { rows } = await db.execute(sql`SELECT * FROM ${sql.identifier(String(tablename))}`);
    dumped.set(String(tablename), rows.map((row) => Object.values(row).map(asText).join("\n")).join("\n"));
  }
  return dumped;
}

function asText(value: unknown): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString("latin1") : (JSON.stringify(value) ?? "");
}
