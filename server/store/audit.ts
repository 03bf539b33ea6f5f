import { createHmac } from "node:crypto";
import { and, asc, desc, eq, gt, gte, like, lt, max, sql } from "drizzle-orm";
import { canonicalJson } from "#runtime/graph/canonical-json.ts";
import type { Json } from "#runtime/graph/json.ts";
import type { AuditFilter } from "../contract/audit.ts";
import { lockName } from "./advisory-lock.ts";
import type { Database, Tx } from "./database/open-database.ts";
import { auditDays, auditEntries } from "./schema/people.ts";
import { storableText } from "./storable-text.ts";

export type AuditRow = typeof auditEntries.$inferSelect;
export type AuditDay = typeof auditDays.$inferSelect;

type ClosedDay = Pick<AuditDay, "workspaceId" | "day" | "lastNumber" | "hash">;

/** The database refuses to change or remove what is stored here. */
export interface AuditStore {
  /** Adds an entry with the next number of its workspace, at the database's time. */
  add(entry: Omit<AuditRow, "number" | "at">): Promise<void>;
  /** Newest first. */
  list(query: AuditFilter & { workspace: string }): Promise<{ items: AuditRow[]; nextCursor?: string }>;
  /** Closes the days that are over: a keyed hash of their entries and of the day before. Answers those it closed, oldest first in a workspace. */
  closeDays(): Promise<ClosedDay[]>;
  /** Computes the chain of a workspace again. */
  verify(workspace: string): Promise<{ days: number; entries: number; head: { day: string; hash: string } | null; problem: string | null }>;
}

const DAY_MS = 86_400_000;
/** What the first day follows. */
const NO_HASH = "0".repeat(64);
const BATCH = 2_000;

/** Whoever can write to the database and has not got the key can compute no chain of their own. */
export function createAuditStore(database: Database, key: Uint8Array): AuditStore {
  const { db } = database;
  return {
    add: (entry) =>
      database.transaction(async (tx) => {
        await lockName(tx, lockOf(entry.workspaceId));
        const [last] = await tx
          .select({ number: max(auditEntries.number) })
          .from(auditEntries)
          .where(eq(auditEntries.workspaceId, entry.workspaceId));
        const texts = { resourceName: storableText(entry.resourceName), resourceId: storableText(entry.resourceId), actorName: storableText(entry.actorName) };
        // not before the entry before it, whatever the clock does: a day that was closed gets nothing more
        const at = sql<Date>`GREATEST(date_trunc('milliseconds', clock_timestamp()), COALESCE((SELECT max(at) FROM audit_entries WHERE workspace_id = ${entry.workspaceId}), '-infinity'))`;
        await tx.insert(auditEntries).values({ ...entry, ...texts, number: (last?.number ?? 0) + 1, at });
      }),
    list: (query) => list(database, query),
    closeDays: async () => {
      const found = await db.selectDistinct({ workspace: auditEntries.workspaceId }).from(auditEntries);
      const closed: ClosedDay[] = [];
      for (const { workspace } of found) closed.push(...(await database.transaction((tx) => closeDaysOf(tx, { workspace, key }))));
      return closed;
    },
    verify: (workspace) => verify(database, { workspace, key }),
  };
}

/** One writer at a time in a workspace: numbers without gaps, and no entry of a day that is being closed. */
const lockOf = (workspace: string) => `audit/${workspace}`;

async function list({ db }: Database, query: AuditFilter & { workspace: string }): Promise<{ items: AuditRow[]; nextCursor?: string }> {
  const { workspace, action, actor, resource, from, to, search, cursor, limit } = query;
  const wanted = search && storableText(search.toLowerCase());
  const before = cursor === undefined ? undefined : Number(cursor);
  const text = sql`lower(concat_ws(' ', actor_name, action, resource_kind, resource_id, resource_name, address, detail::text))`;
  const rows = await db
    .select()
    .from(auditEntries)
    .where(
      and(
        eq(auditEntries.workspaceId, workspace),
        before !== undefined && Number.isSafeInteger(before) ? lt(auditEntries.number, before) : undefined,
        // `credential` finds every action on credentials
        action ? (action.includes(".") ? eq(auditEntries.action, action) : like(auditEntries.action, `${action.replaceAll(/[%_\\]/g, "")}.%`)) : undefined,
        actor ? eq(auditEntries.actor, storableText(actor)) : undefined,
        resource ? eq(auditEntries.resourceId, storableText(resource)) : undefined,
        from ? gte(auditEntries.at, new Date(from)) : undefined,
        to ? lt(auditEntries.at, new Date(to)) : undefined,
        wanted ? sql`strpos(${text}, ${wanted}) > 0` : undefined,
      ),
    )
    .orderBy(desc(auditEntries.number))
    .limit(limit + 1);
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return { items: rows.slice(0, limit), ...(last && { nextCursor: String(last.number) }) };
}

interface Chained {
  workspace: string;
  key: Uint8Array;
}

async function closeDaysOf(tx: Tx, { workspace, key }: Chained): Promise<ClosedDay[]> {
  await lockName(tx, lockOf(workspace));
  const [newest] = await tx.select().from(auditDays).where(eq(auditDays.workspaceId, workspace)).orderBy(desc(auditDays.day)).limit(1);
  const { rows } = await tx.execute(sql`SELECT date_trunc('day', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' AS today`);
  const today = new Date(String(rows[0]?.today instanceof Date ? rows[0].today.toISOString() : rows[0]?.today));
  const chain = createChain(key, newest);
  const closed: ClosedDay[] = [];
  const close = async () => {
    const done = chain.close();
    if (!done) return;
    const day = { workspaceId: workspace, ...done };
    await tx.insert(auditDays).values(day);
    closed.push(day);
  };
  for await (const row of entriesAfter(tx, { workspace, after: newest?.lastNumber ?? 0 })) {
    if (row.at >= today) break;
    if (chain.day() !== undefined && chain.day() !== dayOf(row.at)) await close();
    chain.add(row);
  }
  await close();
  return closed;
}

async function verify(database: Database, { workspace, key }: Chained): ReturnType<AuditStore["verify"]> {
  const days = await database.db.select().from(auditDays).where(eq(auditDays.workspaceId, workspace)).orderBy(asc(auditDays.day));
  const newest = days.at(-1);
  const head = newest ? { day: newest.day, hash: newest.hash } : null;
  let entries = 0;
  let problem: string | null = null;
  const tell = (text: string) => {
    problem ??= text;
  };
  let at = 0;
  let chain = createChain(key, undefined);
  for await (const row of entriesAfter(database.db, { workspace, after: 0 })) {
    entries++;
    if (row.number !== entries) tell(`Entry ${entries} is missing.`);
    if (newest && row.number > newest.lastNumber && dayOf(row.at) <= newest.day) tell(`Entry ${row.number} was added to a day that was closed.`);
    const day = days[at];
    if (!day) continue;
    chain.add(row);
    if (row.number !== day.lastNumber) continue;
    if (chain.close()?.hash !== day.hash) tell(`The entries of ${day.day}, or of a day before it, are not what they were when the day was closed.`);
    chain = createChain(key, day);
    at++;
  }
  if (at < days.length) tell(`Entries of ${days[at]?.day} are missing.`);
  return { days: days.length, entries, head, problem };
}

/** Hashes a day: HMAC-SHA-256 over the hash of the day before and each entry as canonical JSON on a line of its own. */
function createChain(key: Uint8Array, before: AuditDay | undefined) {
  let previous = before?.hash ?? NO_HASH;
  let hash = createHmac("sha256", key).update(previous);
  let last: AuditRow | undefined;
  return {
    day: () => last && dayOf(last.at),
    add: (row: AuditRow) => {
      const { at, detail, ...rest } = row;
      hash.update(`\n${canonicalJson({ ...rest, at: at.toISOString(), detail: (detail ?? {}) as Json })}`);
      last = row;
    },
    close: (): { day: string; lastNumber: number; hash: string } | undefined => {
      if (!last) return undefined;
      const done = { day: dayOf(last.at), lastNumber: last.number, hash: hash.digest("hex") };
      previous = done.hash;
      hash = createHmac("sha256", key).update(previous);
      last = undefined;
      return done;
    },
  };
}

async function* entriesAfter(db: Pick<Tx, "select">, given: { workspace: string; after: number }): AsyncGenerator<AuditRow> {
  let { after } = given;
  for (;;) {
    const rows = await db
      .select()
      .from(auditEntries)
      .where(and(eq(auditEntries.workspaceId, given.workspace), gt(auditEntries.number, after)))
      .orderBy(asc(auditEntries.number))
      .limit(BATCH);
    yield* rows;
    after = rows.at(-1)?.number ?? after;
    if (rows.length < BATCH) return;
  }
}

function dayOf(at: Date): string {
  return new Date(Math.floor(at.getTime() / DAY_MS) * DAY_MS).toISOString().slice(0, 10);
}
