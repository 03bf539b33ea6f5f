import { setTimeout as delay } from "node:timers/promises";
import { and, asc, desc, eq, gt, gte, inArray, isNull, lt, or, type SQL, sql } from "drizzle-orm";
import type { AssetKind } from "../contract/assets.ts";
import { hashesInDrafts } from "./asset-holders.ts";
import type { Database } from "./database/open-database.ts";
import { assetOrigins, assets, assetUses } from "./schema/assets.ts";
import { documents } from "./schema/documents.ts";
import { runs } from "./schema/runs.ts";
import { storableText } from "./storable-text.ts";
import { afterTimeCursor, writeTimeCursor } from "./time-cursor.ts";

export type AssetRow = typeof assets.$inferSelect;
export type AssetOriginRow = Omit<typeof assetOrigins.$inferSelect, "workspaceId"> & { graphName: string | null };

/** A file of a workspace. */
export interface AssetPlace {
  workspace: string;
  hash: string;
}

export interface AssetQuery {
  workspace: string;
  kind?: AssetKind | undefined;
  /** Made in its runs, used by them, or named in its draft. */
  graph?: string | undefined;
  run?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  /** Part of the name, whatever the case, or the beginning of the hash. */
  search?: string | undefined;
  cursor?: string | undefined;
  limit: number;
}

export type NewAsset = Pick<AssetRow, "name" | "mediaType" | "kind" | "bytes" | "isKept">;
export type NewOrigin = Pick<typeof assetOrigins.$inferInsert, "type" | "origin" | "graphId" | "nodeType">;

export type UnseenAsset = Pick<AssetRow, "hash" | "isKept" | "seenAt"> & { workspace: string };

/** What is known of the files of workspaces. The files themselves are in the blob store. */
export interface AssetRecords {
  /**
   * Notes that a file comes, before it is there: from now on it is not forgotten for a day. The first name and type stay. Waits while the same
   * content is being removed.
   */
  note(place: AssetPlace, given: { asset: NewAsset; origin: NewOrigin }): Promise<void>;
  /** Its content is there, with its pixels if it is a picture. False: it was removed while it came. */
  settle(place: AssetPlace, size?: { width: number; height: number }): Promise<boolean>;
  /** Files that were shown may be chosen: they count as seen now. */
  see(workspace: string, hashes: readonly string[]): Promise<void>;
  read(place: AssetPlace): Promise<AssetRow | undefined>;
  /** Newest first. */
  list(query: AssetQuery): Promise<{ items: AssetRow[]; nextCursor?: string }>;
  /** Oldest first, at most ten of each. */
  origins(workspace: string, hashes: readonly string[]): Promise<ReadonlyMap<string, AssetOriginRow[]>>;
  total(workspace: string): Promise<{ files: number; bytes: number }>;
  change(place: AssetPlace, change: { name?: string | undefined; isKept?: boolean | undefined }): Promise<AssetRow | undefined>;
  /** Files nobody has seen since, those unseen for longest first; `after`: the last one of the page before. */
  unseen(given: { since: Date; after?: UnseenAsset | undefined; limit: number }): Promise<UnseenAsset[]>;
  /**
   * Removes the content of a file and forgets it, while nobody can bring it: whoever does comes before, and it stays, or after, and brings it anew.
   * Stays as well where it was seen or changed since, where a run refers to it by now, or where another is removing it. False: it stays. When
   * `remove` fails it stays too, and can be brought or removed again two minutes later.
   */
  forget(place: AssetPlace, given: { seenAt: Date; remove(signal: AbortSignal): Promise<void> }): Promise<boolean>;
  /** Notes the files that a large value in the blob store refers to. */
  noteValue(place: AssetPlace, files: readonly string[]): Promise<void>;
  /** Large values of earlier logs that are yet to be searched for files. */
  unread(limit: number): Promise<AssetPlace[]>;
  /** One of them is searched. */
  markRead(place: AssetPlace): Promise<void>;
}

const ORIGINS = 10;
/** While its content is removed nobody brings a file: for longer than a removal may take, and no longer when whoever removes it is killed. */
const GOING_MS = 120_000;
const REMOVAL_MS = 60_000;
const WAIT_MS = 100;
const UNREAD = "unread";
/** A look at a file is noted this long after the one before at the earliest. */
const SEEN_AGAIN = sql.raw(`interval '1 hour'`);

const at = ({ workspace, hash }: AssetPlace) => and(eq(assets.workspaceId, workspace), eq(assets.hash, hash));
const isStaying = sql`(${assets.goingUntil} IS NULL OR ${assets.goingUntil} < now())`;

export function createAssetRecords(database: Database): AssetRecords {
  const { db } = database;
  return {
    note: async (place, given) => {
      while (!(await note(database, place, given))) await delay(WAIT_MS);
    },
    settle: async (place, size) => {
      const set = { seenAt: sql`now()`, ...size };
      return (
        (
          await db
            .update(assets)
            .set(set)
            .where(and(at(place), isNull(assets.goingUntil)))
            .returning({ hash: assets.hash })
        ).length > 0
      );
    },
    see: async (workspace, hashes) => {
      if (hashes.length === 0) return;
      await db
        .update(assets)
        .set({ seenAt: sql`now()` })
        .where(and(eq(assets.workspaceId, workspace), inArray(assets.hash, [...hashes]), sql`${assets.seenAt} < now() - ${SEEN_AGAIN}`));
    },
    read: async (place) => (await db.select().from(assets).where(at(place)))[0],
    list: (query) => list(database, query),
    origins: (workspace, hashes) => readOrigins(database, workspace, hashes),
    total: async (workspace) => {
      const [row] = await db
        .select({ files: sql<string>`count(*)`, bytes: sql<string>`coalesce(sum(${assets.bytes}), 0)` })
        .from(assets)
        .where(eq(assets.workspaceId, workspace));
      return { files: Number(row?.files ?? 0), bytes: Number(row?.bytes ?? 0) };
    },
    change: async (place, { name, isKept }) => {
      const set = { ...(name !== undefined && { name: storableText(name) }), ...(isKept !== undefined && { isKept }), seenAt: sql`now()` };
      return (
        await db
          .update(assets)
          .set(set)
          .where(and(at(place), isStaying))
          .returning()
      )[0];
    },
    unseen: ({ since, after, limit }) => {
      const { hash, isKept, seenAt } = assets;
      return db
        .select({ workspace: assets.workspaceId, hash, isKept, seenAt })
        .from(assets)
        .where(and(lt(seenAt, since), after && or(gt(seenAt, after.seenAt), and(eq(seenAt, after.seenAt), gt(hash, after.hash)))))
        .orderBy(asc(seenAt), asc(hash))
        .limit(limit);
    },
    forget: (place, given) => forget(database, place, given),
    noteValue: async ({ workspace, hash }, files) => {
      const rows = files.map((file) => ({ workspaceId: workspace, hash: file, holder: "value" as const, holderId: hash }));
      // a parameter each: the database takes 65,535
      for (let from = 0; from < rows.length; from += 5_000)
        await db
          .insert(assetUses)
          .values(rows.slice(from, from + 5_000))
          .onConflictDoNothing();
    },
    unread: (limit) => db.select({ workspace: assetUses.workspaceId, hash: assetUses.hash }).from(assetUses).where(eq(assetUses.holderId, UNREAD)).limit(limit),
    markRead: async ({ workspace, hash }) => {
      await db.delete(assetUses).where(and(eq(assetUses.workspaceId, workspace), eq(assetUses.hash, hash), eq(assetUses.holderId, UNREAD)));
    },
  };
}

/** False: its content is being removed. */
function note(database: Database, { workspace, hash }: AssetPlace, { asset, origin }: { asset: NewAsset; origin: NewOrigin }): Promise<boolean> {
  return database.transaction(async (tx) => {
    const key = { workspaceId: workspace, hash };
    const noted = await tx
      .insert(assets)
      .values({ ...key, ...asset, name: storableText(asset.name), mediaType: storableText(asset.mediaType) })
      .onConflictDoUpdate({
        target: [assets.workspaceId, assets.hash],
        set: { seenAt: sql`now()`, goingUntil: null, ...(asset.isKept && { isKept: true }) },
        setWhere: isStaying,
      })
      .returning({ hash: assets.hash });
    if (noted.length === 0) return false;
    await tx
      .insert(assetOrigins)
      .values({ ...key, ...origin })
      .onConflictDoNothing();
    return true;
  });
}

/** The content is removed outside of any transaction: the embedded database has one connection, and a storage may take its time. */
async function forget(database: Database, place: AssetPlace, given: { seenAt: Date; remove(signal: AbortSignal): Promise<void> }): Promise<boolean> {
  const { db } = database;
  const used = db
    .select({ hash: assetUses.hash })
    .from(assetUses)
    .where(and(eq(assetUses.workspaceId, place.workspace), eq(assetUses.hash, place.hash), eq(assetUses.holder, "run")));
  const [going] = await db
    .update(assets)
    .set({ goingUntil: sql`now() + ${GOING_MS} * interval '1 millisecond'` })
    .where(and(at(place), eq(assets.seenAt, given.seenAt), isStaying, sql`NOT EXISTS (${used})`))
    .returning({ until: assets.goingUntil });
  if (!going?.until) return false;
  const isOurs = and(at(place), eq(assets.goingUntil, going.until));
  await given.remove(AbortSignal.timeout(REMOVAL_MS));
  return database.transaction(async (tx) => {
    const gone = await tx.delete(assets).where(isOurs).returning({ hash: assets.hash });
    if (gone.length === 0) return false;
    await tx.delete(assetOrigins).where(and(eq(assetOrigins.workspaceId, place.workspace), eq(assetOrigins.hash, place.hash)));
    return true;
  });
}

async function list({ db }: Database, query: AssetQuery): Promise<{ items: AssetRow[]; nextCursor?: string }> {
  const { workspace, kind, graph, run, from, to, search, cursor, limit } = query;
  const wanted = search ? storableText(search.toLowerCase()) : undefined;
  const rows = await db
    .select()
    .from(assets)
    .where(
      and(
        eq(assets.workspaceId, workspace),
        kind && eq(assets.kind, kind),
        graph ? inGraph(workspace, graph) : undefined,
        run ? inRuns(workspace, sql`SELECT ${run}::text`) : undefined,
        from ? gte(assets.createdAt, new Date(from)) : undefined,
        to ? lt(assets.createdAt, new Date(to)) : undefined,
        wanted ? or(sql`strpos(lower(${assets.name}), ${wanted}) > 0`, sql`starts_with(${assets.hash}, ${wanted})`) : undefined,
        afterTimeCursor(cursor, { createdAt: assets.createdAt, id: assets.hash }),
      ),
    )
    .orderBy(desc(assets.createdAt), desc(assets.hash))
    .limit(limit + 1);
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return { items: rows.slice(0, limit), ...(last && { nextCursor: writeTimeCursor({ id: last.hash, createdAt: last.createdAt }) }) };
}

/** Made by runs, in their logs, or in large values that their logs refer to. */
function inRuns(workspace: string, ids: SQL): SQL {
  return sql`(${assets.hash} IN (
    SELECT hash FROM asset_origins WHERE workspace_id = ${workspace} AND type = 'run' AND origin IN (${ids})
    UNION SELECT hash FROM asset_uses WHERE workspace_id = ${workspace} AND holder = 'run' AND holder_id IN (${ids})
    UNION SELECT inner_use.hash FROM asset_uses JOIN asset_uses AS inner_use ON inner_use.holder = 'value' AND inner_use.holder_id = asset_uses.hash
      WHERE asset_uses.workspace_id = ${workspace} AND inner_use.workspace_id = ${workspace} AND asset_uses.holder = 'run' AND asset_uses.holder_id IN (${ids})))`;
}

function inGraph(workspace: string, graph: string): SQL {
  const ids = sql`SELECT ${runs.id} FROM ${runs} WHERE ${runs.workspaceId} = ${workspace} AND ${runs.graphId} = ${graph}`;
  return sql`(${inRuns(workspace, ids)} OR ${assets.hash} IN (${hashesInDrafts(sql`workspace_id = ${workspace} AND document_id = ${graph}`)}))`;
}

async function readOrigins({ db }: Database, workspace: string, hashes: readonly string[]): Promise<ReadonlyMap<string, AssetOriginRow[]>> {
  const found = new Map<string, AssetOriginRow[]>();
  if (hashes.length === 0) return found;
  const rank = sql<string>`row_number() OVER (PARTITION BY ${assetOrigins.hash} ORDER BY ${assetOrigins.at}, ${assetOrigins.origin})`.as("rank");
  const { hash, type, origin, graphId, nodeType } = assetOrigins;
  const ranked = db
    .select({ hash, type, origin, graphId, nodeType, at: assetOrigins.at, rank })
    .from(assetOrigins)
    .where(and(eq(assetOrigins.workspaceId, workspace), inArray(hash, [...hashes])))
    .as("ranked");
  const rows = await db
    .select({
      ...{ hash: ranked.hash, type: ranked.type, origin: ranked.origin, graphId: ranked.graphId, nodeType: ranked.nodeType, at: ranked.at },
      graphName: documents.name,
    })
    .from(ranked)
    .leftJoin(documents, and(eq(documents.id, ranked.graphId), eq(documents.workspaceId, workspace)))
    .where(sql`${ranked.rank} <= ${ORIGINS}`)
    .orderBy(ranked.rank);
  for (const row of rows) found.set(row.hash, [...(found.get(row.hash) ?? []), row]);
  return found;
}
