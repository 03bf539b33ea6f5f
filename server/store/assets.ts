import { and, asc, desc, eq, gt, gte, inArray, lt, or, type SQL, sql } from "drizzle-orm";
import type { AssetKind } from "../contract/assets.ts";
import { lockName } from "./advisory-lock.ts";
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
  /** Notes that a file comes, before it is there: from now on it is not forgotten for a day. The first name and type stay. */
  note(place: AssetPlace, given: { asset: NewAsset; origin: NewOrigin }): Promise<void>;
  /** Pixels of a picture. */
  measure(place: AssetPlace, size: { width: number; height: number }): Promise<void>;
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
   * Forgets a file and removes its content, while nobody can bring it: whoever does comes before, and it stays, or after, and brings it anew. Stays
   * as well where a run refers to it by now. False: it stays. `remove` may be called twice, and uses no database.
   */
  forget(place: AssetPlace, given: { unseenSince?: Date; remove(): Promise<void> }): Promise<boolean>;
  /** Notes the files that a large value in the blob store refers to. */
  noteValue(place: AssetPlace, files: readonly string[]): Promise<void>;
}

const ORIGINS = 10;
/** A look at a file is noted this long after the one before at the earliest. */
const SEEN_AGAIN = sql.raw(`interval '1 hour'`);

const at = ({ workspace, hash }: AssetPlace) => and(eq(assets.workspaceId, workspace), eq(assets.hash, hash));
const lockOf = ({ workspace, hash }: AssetPlace) => `asset/${workspace}/${hash}`;

export function createAssetRecords(database: Database): AssetRecords {
  const { db } = database;
  return {
    note: (place, { asset, origin }) =>
      database.transaction(async (tx) => {
        await lockName(tx, lockOf(place));
        const key = { workspaceId: place.workspace, hash: place.hash };
        await tx
          .insert(assets)
          .values({ ...key, ...asset, name: storableText(asset.name), mediaType: storableText(asset.mediaType) })
          .onConflictDoUpdate({ target: [assets.workspaceId, assets.hash], set: { seenAt: sql`now()`, ...(asset.isKept && { isKept: true }) } });
        await tx
          .insert(assetOrigins)
          .values({ ...key, ...origin })
          .onConflictDoNothing();
      }),
    measure: async (place, size) => {
      await db.update(assets).set(size).where(at(place));
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
      return (await db.update(assets).set(set).where(at(place)).returning())[0];
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
  };
}

async function forget(database: Database, place: AssetPlace, given: { unseenSince?: Date; remove(): Promise<void> }): Promise<boolean> {
  return database.transaction(async (tx) => {
    await lockName(tx, lockOf(place));
    const used = tx
      .select({ hash: assetUses.hash })
      .from(assetUses)
      .where(and(eq(assetUses.workspaceId, place.workspace), eq(assetUses.hash, place.hash), eq(assetUses.holder, "run")));
    const unseen = given.unseenSince ? and(lt(assets.seenAt, given.unseenSince), eq(assets.isKept, false)) : undefined;
    const gone = await tx
      .delete(assets)
      .where(and(at(place), unseen, sql`NOT EXISTS (${used})`))
      .returning({ hash: assets.hash });
    if (gone.length === 0) return false;
    await tx.delete(assetOrigins).where(and(eq(assetOrigins.workspaceId, place.workspace), eq(assetOrigins.hash, place.hash)));
    // when it fails the row stays, and it is tried again
    await given.remove();
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
