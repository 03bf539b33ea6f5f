import { and, eq, max, sql } from "drizzle-orm";
import type { ConnectionStore, Listing } from "./connections.ts";
import type { Database, Tx } from "./database/open-database.ts";
import { connections, connectionTools } from "./schema/connections.ts";

export type ToolRow = typeof connectionTools.$inferSelect;

type ToolFunctions = Pick<ConnectionStore, "tools" | "tool" | "record" | "judge">;

/** What servers said about their tools, and what people said about that. Rows of tools that are gone stay: one that comes back changed is not new. */
export function createConnectionToolStore(database: Database): ToolFunctions {
  const { db } = database;
  return {
    tools: (connection) =>
      db
        .select()
        .from(connectionTools)
        .where(
          and(
            eq(connectionTools.connectionId, connection),
            sql`${connectionTools.seenAt} = (select nullif(max(seen_at), to_timestamp(0)) from connection_tools where connection_id = ${connection})`,
          ),
        )
        .orderBy(connectionTools.name),
    tool: async (connection, name) =>
      (
        await db
          .select()
          .from(connectionTools)
          .where(and(eq(connectionTools.connectionId, connection), eq(connectionTools.name, name)))
      )[0],
    record: (listing) =>
      database.transaction(async (tx) => {
        // the connection's row is the lock under which listings follow one another
        const [owner] = await tx.select({ workspace: connections.workspaceId }).from(connections).where(eq(connections.id, listing.connection)).for("update");
        if (owner) await recordListing(tx, owner.workspace, listing);
      }),
    judge: async ({ connection, tool, hash, approve, readOnly }) => {
      const [row] = await db
        .update(connectionTools)
        .set({
          ...(approve && { approvedHash: hash, approvedDescription: sql`${connectionTools.description}`, quarantined: false }),
          ...(readOnly !== undefined && { readOnlyHash: readOnly ? hash : null }),
          hash,
        })
        .where(and(eq(connectionTools.connectionId, connection), eq(connectionTools.name, tool), eq(connectionTools.hash, hash)))
        .returning();
      return row;
    },
  };
}

/** One statement whatever the number of tools. */
async function recordListing(tx: Tx, workspace: string, { connection, tools, isShipped, isWhole }: Listing): Promise<void> {
  if (isWhole && tools.length === 0) {
    // the mark of a connection without tools: none of its rows counts as present
    await tx
      .update(connectionTools)
      .set({ seenAt: new Date(0) })
      .where(eq(connectionTools.connectionId, connection));
    return;
  }
  const seenAt = (isWhole ? undefined : await lastListing(tx, connection)) ?? new Date();
  const rows = tools.map((tool) => ({
    connectionId: connection,
    name: tool.name,
    workspaceId: workspace,
    description: tool,
    hash: tool.hash,
    approvedHash: tool.hash,
    approvedDescription: tool,
    readOnlyHash: isShipped && tool.annotations?.readOnlyHint === true ? tool.hash : null,
    quarantined: false,
    seenAt,
  }));
  await tx
    .insert(connectionTools)
    .values(rows)
    .onConflictDoUpdate({
      target: [connectionTools.connectionId, connectionTools.name],
      set: {
        description: sql`excluded.description`,
        hash: sql`excluded.hash`,
        quarantined: isShipped ? false : sql`connection_tools.approved_hash is distinct from excluded.hash`,
        seenAt: sql`excluded.seen_at`,
        // kept from before this was kept: what has the approved hash is what was approved
        approvedDescription: sql`case when connection_tools.approved_hash = excluded.hash then excluded.description else connection_tools.approved_description end`,
        ...(isShipped && {
          approvedHash: sql`excluded.approved_hash`,
          approvedDescription: sql`excluded.description`,
          readOnlyHash: sql`excluded.read_only_hash`,
        }),
      },
    });
}

async function lastListing(tx: Tx, connection: string): Promise<Date | undefined> {
  const [last] = await tx
    .select({ at: max(connectionTools.seenAt) })
    .from(connectionTools)
    .where(eq(connectionTools.connectionId, connection));
  return last?.at ?? undefined;
}
