import { eq, sql } from "drizzle-orm";
import type { Database } from "./database/open-database.ts";
import { installation } from "./schema/workspaces.ts";

const KEY = "access-version";
const WORKSPACE = "workspace_default";

/** Counts how often somebody's access changed, for all processes of the installation. */
export interface AccessVersionStore {
  read(): Promise<number>;
  /** Adds one, and answers what it is then. */
  raise(): Promise<number>;
}

export function createAccessVersionStore({ db }: Database): AccessVersionStore {
  return {
    read: async () => Number((await db.select().from(installation).where(eq(installation.key, KEY)))[0]?.value ?? 0),
    raise: async () => {
      const [row] = await db
        .insert(installation)
        .values({ key: KEY, workspaceId: WORKSPACE, value: 1 })
        .onConflictDoUpdate({ target: installation.key, set: { value: sql`to_json((${installation.value}::text)::bigint + 1)` } })
        .returning({ value: installation.value });
      if (!row) throw new Error("The change of access was not recorded.");
      return Number(row.value);
    },
  };
}
