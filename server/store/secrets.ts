import { and, asc, count, desc, eq, lt, ne, notInArray, sql } from "drizzle-orm";
import type { Database, Db } from "./database/open-database.ts";
import { secrets } from "./schema/vault.ts";

export type SecretRow = typeof secrets.$inferSelect;
export type NewSecret = Omit<SecretRow, "createdAt">;
export type SecretOwner = Pick<SecretRow, "workspaceId" | "ownerId">;
export type SecretKey = Pick<SecretRow, "workspaceId" | "ownerId" | "name" | "version">;

/** Secrets as they are stored: encrypted. A row never changes but for the key that wraps it. */
export interface SecretStore {
  /** False when there is a row in its place. */
  insert(row: NewSecret): Promise<boolean>;
  /** The newest version. */
  read(place: SecretOwner & { name: string }): Promise<SecretRow | undefined>;
  /** The newest version of each. */
  ofOwner(owner: SecretOwner): Promise<SecretRow[]>;
  /** With `name` and `before`: only that one, only versions before that. */
  remove(given: SecretOwner & { name?: string; before?: number }): Promise<void>;
  /** How many secrets each key wraps. */
  keys(): Promise<{ keyId: string; secrets: number }[]>;
  /** Rows that another key wraps, in a fixed order, after a row. */
  notUnder(keyId: string, given: { after: SecretKey | undefined; limit: number }): Promise<SecretRow[]>;
  /** Puts another wrapping in place of the one that was read; one that has changed since stays. Answers how many were replaced. */
  rewrap(rows: readonly (SecretRow & { newKeyId: string; newWrappedKey: Uint8Array })[]): Promise<number>;
  /** Every secret of every workspace. */
  removeAll(): Promise<void>;
}

export function createSecretStore(database: Database): SecretStore {
  const { db } = database;
  return {
    insert: async (row) => (await db.insert(secrets).values(row).onConflictDoNothing().returning({ version: secrets.version })).length > 0,
    read: async ({ name, ...owner }) =>
      (
        await db
          .select()
          .from(secrets)
          .where(and(isOf(owner), eq(secrets.name, name)))
          .orderBy(desc(secrets.version))
          .limit(1)
      )[0],
    ofOwner: (owner) => db.selectDistinctOn([secrets.name]).from(secrets).where(isOf(owner)).orderBy(asc(secrets.name), desc(secrets.version)),
    remove: async ({ name, before, ...owner }) => {
      const named = name === undefined ? undefined : eq(secrets.name, name);
      await db.delete(secrets).where(and(isOf(owner), named, before === undefined ? undefined : lt(secrets.version, before)));
    },
    keys: () => db.select({ keyId: secrets.keyId, secrets: count() }).from(secrets).groupBy(secrets.keyId),
    notUnder: (keyId, { after, limit }) =>
      db
        .select()
        .from(secrets)
        .where(
          and(
            ne(secrets.keyId, keyId),
            after && sql`(workspace_id, owner_id, name, version) > (${after.workspaceId}, ${after.ownerId}, ${after.name}, ${after.version}::int)`,
          ),
        )
        .orderBy(asc(secrets.workspaceId), asc(secrets.ownerId), asc(secrets.name), asc(secrets.version))
        .limit(limit),
    rewrap: (rows) =>
      database.transaction(async (tx) => {
        let replaced = 0;
        for (const { newKeyId, newWrappedKey, ...row } of rows) {
          const isSame = and(isOf(row), eq(secrets.name, row.name), eq(secrets.version, row.version), eq(secrets.wrappedKey, row.wrappedKey));
          const done = await tx.update(secrets).set({ keyId: newKeyId, wrappedKey: newWrappedKey }).where(isSame).returning({ version: secrets.version });
          replaced += done.length;
        }
        return replaced;
      }),
    removeAll: async () => {
      await db.delete(secrets);
    },
  };
}

/** Within a transaction of the owner's own store: only what is kept by name stays, and what is added comes to it. */
export async function replaceSecrets(db: Db, owner: SecretOwner, { add, keep }: { add: readonly NewSecret[]; keep: readonly string[] }): Promise<void> {
  await db.delete(secrets).where(and(isOf(owner), keep.length === 0 ? undefined : notInArray(secrets.name, [...keep])));
  if (add.length > 0) await db.insert(secrets).values([...add]);
}

function isOf({ workspaceId, ownerId }: SecretOwner) {
  return and(eq(secrets.workspaceId, workspaceId), eq(secrets.ownerId, ownerId));
}
