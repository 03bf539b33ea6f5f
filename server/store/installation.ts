import { eq } from "drizzle-orm";
import type { Database } from "./database/open-database.ts";
import { installation } from "./schema/workspaces.ts";

/** Facts about the whole installation, by key. */
export interface InstallationStore {
  /** Undefined when there is no such key. */
  read(key: string): Promise<unknown>;
  /** Replaces a value by what `change` makes of it, in one transaction; returns the new value. */
  update(key: string, change: (value: unknown) => unknown): Promise<unknown>;
}

const WORKSPACE = "workspace_default";

export function createInstallationStore(database: Database): InstallationStore {
  return {
    read: async (key) => (await database.db.select().from(installation).where(eq(installation.key, key)))[0]?.value ?? undefined,
    update: async (key, change) =>
      database.transaction(async (tx) => {
        // the row must exist to be locked
        await tx.insert(installation).values({ key, workspaceId: WORKSPACE, value: null }).onConflictDoNothing();
        const [row] = await tx.select().from(installation).where(eq(installation.key, key)).for("update");
        const value = change(row?.value ?? undefined);
        await tx.update(installation).set({ value }).where(eq(installation.key, key));
        return value;
      }),
  };
}
