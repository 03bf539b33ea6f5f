import { and, eq, sql } from "drizzle-orm";
import type { Database } from "./database/open-database.ts";
import { models } from "./schema/models.ts";

export type ModelRow = typeof models.$inferSelect;
export type ModelKey = Pick<ModelRow, "workspaceId" | "provider" | "model">;

export interface ModelStore {
  list(workspace: string): Promise<ModelRow[]>;
  read(key: ModelKey): Promise<ModelRow | undefined>;
  write(row: ModelKey & { facts: unknown; actor: string }): Promise<ModelRow>;
  /** False when there was nothing. */
  remove(key: ModelKey): Promise<boolean>;
}

export function createModelStore({ db }: Database): ModelStore {
  const isOne = (key: ModelKey) => and(eq(models.workspaceId, key.workspaceId), eq(models.provider, key.provider), eq(models.model, key.model));
  return {
    list: (workspace) => db.select().from(models).where(eq(models.workspaceId, workspace)).orderBy(models.provider, models.model),
    read: async (key) => (await db.select().from(models).where(isOne(key)))[0],
    write: async ({ actor, ...row }) => {
      const changed = { facts: row.facts, changedBy: actor, changedAt: sql`now()` };
      const [written] = await db
        .insert(models)
        .values({ ...row, changedBy: actor })
        .onConflictDoUpdate({ target: [models.workspaceId, models.provider, models.model], set: changed })
        .returning();
      if (!written) throw new Error(`What was said of the model ${row.model} was not recorded.`);
      return written;
    },
    remove: async (key) => (await db.delete(models).where(isOne(key)).returning({ model: models.model })).length > 0,
  };
}
