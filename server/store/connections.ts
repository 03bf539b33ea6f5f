import { and, asc, eq, gt, isNull, or, sql } from "drizzle-orm";
import type { ToolDescription } from "#nodes/kit/mcp/service.ts";
import { createConnectionToolStore, type ToolRow } from "./connection-tools.ts";
import type { Database } from "./database/open-database.ts";
import { readNameCursor, writeNameCursor } from "./name-cursor.ts";
import { connections } from "./schema/connections.ts";
import { type NewSecret, replaceSecrets } from "./secrets.ts";

export type ConnectionRow = Omit<typeof connections.$inferSelect, "nextCheckAt" | "checkFailures">;

export interface NewConnection {
  id: string;
  workspace: string;
  /** `mcp` when left out. */
  kind?: ConnectionRow["kind"];
  name: string;
  settings: unknown;
  actor: string;
  secrets?: readonly NewSecret[];
}

/** New settings, with the secrets that belong to them. */
export interface NewSettings {
  settings: unknown;
  /** The revision that they take the place of. */
  of: number;
  add: readonly NewSecret[];
  /** Names of those that stay. */
  keep: readonly string[];
}

export interface ConnectionQuery {
  workspace: string;
  kind?: ConnectionRow["kind"] | undefined;
  /** Part of the name, whatever the case. */
  search?: string | undefined;
  cursor?: string | undefined;
  limit: number;
}

export interface Listing {
  connection: string;
  tools: readonly ToolDescription[];
  /** Its server comes with Heddle. */
  isShipped: boolean;
  /** All tools that the server has; otherwise what is left out is still there. */
  isWhole: boolean;
}

export interface ConnectionStore {
  create(connection: NewConnection): Promise<ConnectionRow>;
  /** Archived ones too. */
  read(id: string): Promise<ConnectionRow | undefined>;
  /** By name, without archived ones. */
  list(query: ConnectionQuery): Promise<{ items: ConnectionRow[]; nextCursor?: string }>;
  /**
   * New settings raise the revision and take back what was confirmed about the tools. Undefined when there is no such connection, or it has
   * another revision than the settings take the place of.
   */
  change(id: string, change: { name?: string | undefined; renewed?: NewSettings | undefined }): Promise<ConnectionRow | undefined>;
  /** Those with a value in their environment that is none of `marks`, of all workspaces, archived ones too. */
  withPlainEnvironment(marks: readonly string[]): Promise<ConnectionRow[]>;
  /** Puts secrets and the settings without them in place of the settings that held them; the connection is the same as before. */
  moveSecrets(row: ConnectionRow, moved: { settings: unknown; add: readonly NewSecret[] }): Promise<void>;
  /** With its secrets. False when there is no such connection, or it is archived already. */
  archive(id: string): Promise<boolean>;
  /** What a start or a test last told. */
  setState(id: string, given: { state: string; detail: string; checkedAt: string }): Promise<void>;
  /** The tools of the last listing. */
  tools(connection: string): Promise<ToolRow[]>;
  tool(connection: string, name: string): Promise<ToolRow | undefined>;
  /**
   * Records a listing. A tool seen for the first time is approved as it is; one whose hash is not the approved one is quarantined. What ships
   * with Heddle is believed: it is approved in every version, and read-only where it says so.
   */
  record(listing: Listing): Promise<void>;
  /** Approves or confirms a tool, if it still has this hash; else undefined. */
  judge(given: { connection: string; tool: string; hash: string; approve: boolean; readOnly: boolean | undefined }): Promise<ToolRow | undefined>;
}

export function createConnectionStore(database: Database): ConnectionStore {
  const { db } = database;
  return {
    ...createConnectionToolStore(database),
    create: ({ id, workspace, kind = "mcp", name, settings, actor, secrets = [] }) =>
      database.transaction(async (tx) => {
        const values = { id, workspaceId: workspace, kind, name, settings, state: "unknown", createdBy: actor };
        const [row] = await tx.insert(connections).values(values).returning();
        if (!row) throw new Error(`The connection ${id} was not recorded.`);
        if (secrets.length > 0) await replaceSecrets(tx, { workspaceId: workspace, ownerId: id }, { add: secrets, keep: [] });
        return row;
      }),
    read: async (id) => (await db.select().from(connections).where(eq(connections.id, id)))[0],
    list: (query) => listConnections(database, query),
    change: (id, change) => changeConnection(database, id, change),
    withPlainEnvironment: (marks) =>
      db
        .select()
        .from(connections)
        .where(
          sql`EXISTS (SELECT 1 FROM json_each_text(${connections.settings} -> 'environment') AS each WHERE NOT each.value = ANY(${sql.param([...marks])}::text[]))`,
        ),
    moveSecrets: (row, { settings, add }) =>
      database.transaction(async (tx) => {
        const isSame = and(eq(connections.id, row.id), eq(connections.revision, row.revision));
        const moved = await tx.update(connections).set({ settings }).where(isSame).returning({ id: connections.id });
        if (moved.length > 0) await replaceSecrets(tx, { workspaceId: row.workspaceId, ownerId: row.id }, { add, keep: [] });
      }),
    archive: (id) =>
      database.transaction(async (tx) => {
        const [row] = await tx
          .update(connections)
          .set({ archivedAt: sql`now()`, updatedAt: sql`now()` })
          .where(and(eq(connections.id, id), isNull(connections.archivedAt)))
          .returning();
        if (row) await replaceSecrets(tx, { workspaceId: row.workspaceId, ownerId: id }, { add: [], keep: [] });
        return row !== undefined;
      }),
    setState: async (id, { state, detail, checkedAt }) => {
      await db.update(connections).set({ state, stateDetail: { detail, checkedAt } }).where(eq(connections.id, id));
    },
  };
}

async function listConnections(
  { db }: Database,
  { workspace, kind, search, cursor, limit }: ConnectionQuery,
): Promise<{ items: ConnectionRow[]; nextCursor?: string }> {
  const [name, id] = readNameCursor(cursor);
  const rows = await db
    .select()
    .from(connections)
    .where(
      and(
        eq(connections.workspaceId, workspace),
        isNull(connections.archivedAt),
        kind && eq(connections.kind, kind),
        search ? sql`strpos(lower(${connections.name}), ${search.toLowerCase()}) > 0` : undefined,
        cursor === undefined ? undefined : or(gt(connections.name, name), and(eq(connections.name, name), gt(connections.id, id))),
      ),
    )
    .orderBy(asc(connections.name), asc(connections.id))
    .limit(limit + 1);
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return { items: rows.slice(0, limit), ...(last && { nextCursor: writeNameCursor(last) }) };
}

async function changeConnection(
  database: Database,
  id: string,
  { name, renewed }: Parameters<ConnectionStore["change"]>[1],
): Promise<ConnectionRow | undefined> {
  return database.transaction(async (tx) => {
    const [row] = await tx
      .update(connections)
      .set({
        updatedAt: sql`now()`,
        ...(name !== undefined && { name }),
        ...(renewed && { settings: renewed.settings, revision: sql`${connections.revision} + 1`, state: "unknown", stateDetail: null }),
      })
      .where(and(eq(connections.id, id), isNull(connections.archivedAt), renewed && eq(connections.revision, renewed.of)))
      .returning();
    if (!row || !renewed) return row;
    await replaceSecrets(tx, { workspaceId: row.workspaceId, ownerId: id }, renewed);
    await tx.execute(sql`UPDATE connection_tools SET read_only_hash = NULL WHERE connection_id = ${id}`);
    return row;
  });
}
