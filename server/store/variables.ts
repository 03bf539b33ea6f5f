import { and, asc, eq, gt, lt, or, sql } from "drizzle-orm";
import { lockName } from "./advisory-lock.ts";
import type { Database, Tx } from "./database/open-database.ts";
import { storable } from "./documents.ts";
import { variableChanges, variables } from "./schema/variables.ts";

export type VariableRow = typeof variables.$inferSelect;

/** `scope` is empty for variables of the workspace, else the id of the run they belong to. */
export interface VariablePlace {
  workspace: string;
  scope: string;
  name: string;
}

export interface VariableQuery {
  workspace: string;
  /** Part of the name or the description, whatever the case. */
  search?: string | undefined;
  cursor?: string | undefined;
  limit: number;
}

export interface VariableStore {
  read(place: VariablePlace): Promise<VariableRow | undefined>;
  /** Those of the workspace, by name. */
  list(query: VariableQuery): Promise<{ items: VariableRow[]; nextCursor?: string }>;
  /** Without a description the one that is there stays. */
  write(place: VariablePlace, given: { value: unknown; description?: string | undefined; actor: string }): Promise<VariableRow>;
  /** False when there is none. */
  remove(place: VariablePlace): Promise<boolean>;
  /**
   * Makes a change once for its key, and answers the value as it is then (null for none). `apply` says what the variable holds afterwards,
   * undefined for nothing; when it throws nothing is changed, and the key is free.
   */
  change(place: VariablePlace, given: { key: string; actor: string; apply(before: { value: unknown } | undefined): unknown }): Promise<unknown>;
  /** The run that a run carries out a part of, itself for any other: its variables are those of that run. */
  ownerOf(run: string): Promise<string>;
  /** Forgets the keys of changes before an instant, and the variables of runs that have ended. */
  evict(given: { changesBefore: Date }): Promise<{ changes: number; variables: number }>;
}

export function createVariableStore(database: Database): VariableStore {
  const { db } = database;
  return {
    read: async (place) => (await db.select().from(variables).where(at(place)))[0],
    list: (query) => list(database, query),
    write: (place, given) =>
      database.transaction(async (tx) => {
        await lock(tx, place);
        return put(tx, place, given);
      }),
    remove: (place) =>
      database.transaction(async (tx) => {
        await lock(tx, place);
        return (await tx.delete(variables).where(at(place)).returning({ name: variables.name })).length > 0;
      }),
    change: (place, given) => database.transaction((tx) => change(tx, place, given)),
    ownerOf: async (run) => {
      const { rows } = await db.execute(sql`
        WITH RECURSIVE up AS (
          SELECT id, parent_run, purpose, 0 AS steps FROM runs WHERE id = ${run}
          UNION ALL SELECT runs.id, runs.parent_run, runs.purpose, up.steps + 1 FROM runs JOIN up ON runs.id = up.parent_run
            WHERE up.purpose IN ('slice', 'worker') AND up.steps < 100)
        SELECT id FROM up ORDER BY steps DESC LIMIT 1`);
      return typeof rows[0]?.id === "string" ? rows[0].id : run;
    },
    evict: async ({ changesBefore }) => {
      const changes = await db.delete(variableChanges).where(lt(variableChanges.at, changesBefore)).returning({ key: variableChanges.key });
      const orphans = await db
        .delete(variables)
        .where(
          sql`scope <> '' AND NOT EXISTS (SELECT 1 FROM runs WHERE runs.id = ${variables.scope} AND runs.state NOT IN ('succeeded', 'failed', 'cancelled', 'killed', 'timed-out'))`,
        )
        .returning({ name: variables.name });
      return { changes: changes.length, variables: orphans.length };
    },
  };
}

function at({ workspace, scope, name }: VariablePlace) {
  return and(eq(variables.workspaceId, workspace), eq(variables.scope, scope), eq(variables.name, name));
}

/** Until the transaction ends nobody else changes this variable, be it there or not. */
async function lock(tx: Tx, { workspace, scope, name }: VariablePlace): Promise<void> {
  await lockName(tx, `variable/${workspace}/${scope}/${name}`);
}

async function change(tx: Tx, place: VariablePlace, { key, actor, apply }: Parameters<VariableStore["change"]>[1]): Promise<unknown> {
  await lock(tx, place);
  const [known] = await tx
    .select()
    .from(variableChanges)
    .where(and(eq(variableChanges.workspaceId, place.workspace), eq(variableChanges.key, key)));
  if (known) return known.value;
  const [row] = await tx.select().from(variables).where(at(place));
  const value = apply(row && { value: row.value });
  if (value === undefined) await tx.delete(variables).where(at(place));
  else await put(tx, place, { value, actor });
  await tx.insert(variableChanges).values({ workspaceId: place.workspace, key, value: value ?? null });
  return value ?? null;
}

async function put(tx: Tx, { workspace, scope, name }: VariablePlace, given: Parameters<VariableStore["write"]>[1]): Promise<VariableRow> {
  const { value, description, actor } = given;
  const told = description === undefined ? {} : { description: storable(description) };
  const [row] = await tx
    .insert(variables)
    .values({ workspaceId: workspace, scope, name, value, updatedBy: actor, ...told })
    .onConflictDoUpdate({
      target: [variables.workspaceId, variables.scope, variables.name],
      set: { value, updatedBy: actor, updatedAt: sql`now()`, ...told },
    })
    .returning();
  if (!row) throw new Error(`The variable ${name} was not recorded.`);
  return row;
}

async function list({ db }: Database, { workspace, search, cursor, limit }: VariableQuery): Promise<{ items: VariableRow[]; nextCursor?: string }> {
  const wanted = search?.toLowerCase();
  const rows = await db
    .select()
    .from(variables)
    .where(
      and(
        eq(variables.workspaceId, workspace),
        eq(variables.scope, ""),
        cursor === undefined ? undefined : gt(variables.name, cursor),
        wanted ? or(sql`strpos(lower(${variables.name}), ${wanted}) > 0`, sql`strpos(lower(${variables.description}), ${wanted}) > 0`) : undefined,
      ),
    )
    .orderBy(asc(variables.name))
    .limit(limit + 1);
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return { items: rows.slice(0, limit), ...(last && { nextCursor: last.name }) };
}
