import { and, asc, eq, gt, isNull, or, sql } from "drizzle-orm";
import type { ToolDescription } from "#nodes/kit/mcp/service.ts";
import { createConnectionToolStore, type ToolRow } from "./connection-tools.ts";
import type { Database } from "./database/open-database.ts";
import { connections } from "./schema/connections.ts";

export type ConnectionRow = typeof connections.$inferSelect;

export interface NewConnection {
  id: string;
  workspace: string;
  name: string;
  settings: unknown;
  actor: string;
}

export interface ConnectionQuery {
  workspace: string;
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
  /** New settings raise the revision and take back what was confirmed about the tools. Undefined when there is no such connection. */
  change(id: string, change: { name?: string | undefined; settings?: unknown }): Promise<ConnectionRow | undefined>;
  /** False when there is no such connection, or it is archived already. */
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
    create: async ({ id, workspace, name, settings, actor }) => {
      const [row] = await db
        .insert(connections)
        .values({ id, workspaceId: workspace, kind: "mcp", name, settings, state: "unknown", createdBy: actor })
        .returning();
      if (!row) throw new Error(`The connection ${id} was not recorded.`);
      return row;
    },
    read: async (id) => (await db.select().from(connections).where(eq(connections.id, id)))[0],
    list: (query) => listConnections(database, query),
    change: (id, change) => changeConnection(database, id, change),
    archive: async (id) => {
      const archived = await db
        .update(connections)
        .set({ archivedAt: sql`now()`, updatedAt: sql`now()` })
        .where(and(eq(connections.id, id), isNull(connections.archivedAt)))
        .returning({ id: connections.id });
      return archived.length > 0;
    },
    setState: async (id, { state, detail, checkedAt }) => {
      await db.update(connections).set({ state, stateDetail: { detail, checkedAt } }).where(eq(connections.id, id));
    },
  };
}

async function listConnections(
  { db }: Database,
  { workspace, search, cursor, limit }: ConnectionQuery,
): Promise<{ items: ConnectionRow[]; nextCursor?: string }> {
  const [name, id] = readCursor(cursor);
  const rows = await db
    .select()
    .from(connections)
    .where(
      and(
        eq(connections.workspaceId, workspace),
        isNull(connections.archivedAt),
        search ? sql`strpos(lower(${connections.name}), ${search.toLowerCase()}) > 0` : undefined,
        cursor === undefined ? undefined : or(gt(connections.name, name), and(eq(connections.name, name), gt(connections.id, id))),
      ),
    )
    .orderBy(asc(connections.name), asc(connections.id))
    .limit(limit + 1);
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return { items: rows.slice(0, limit), ...(last && { nextCursor: `${last.id}~${last.name}` }) };
}

function readCursor(cursor = ""): [name: string, id: string] {
  const at = cursor.indexOf("~");
  return [cursor.slice(at + 1), cursor.slice(0, Math.max(at, 0))];
}

async function changeConnection(database: Database, id: string, change: { name?: string | undefined; settings?: unknown }): Promise<ConnectionRow | undefined> {
  return database.transaction(async (tx) => {
    const [row] = await tx
      .update(connections)
      .set({
        updatedAt: sql`now()`,
        ...(change.name !== undefined && { name: change.name }),
        ...(change.settings !== undefined && { settings: change.settings, revision: sql`${connections.revision} + 1`, state: "unknown", stateDetail: null }),
      })
      .where(and(eq(connections.id, id), isNull(connections.archivedAt)))
      .returning();
    if (row && change.settings !== undefined) await tx.execute(sql`UPDATE connection_tools SET read_only_hash = NULL WHERE connection_id = ${id}`);
    return row;
  });
}
