import { and, asc, eq, inArray, type SQL, sql } from "drizzle-orm";
import type { ToolFilter } from "../contract/tools.ts";
import type { ToolRow } from "./connection-tools.ts";
import type { Database } from "./database/open-database.ts";
import { connections, connectionTools } from "./schema/connections.ts";
import { toolCalls, toolRules } from "./schema/tools.ts";
import { storableText } from "./storable-text.ts";

export type ToolRuleRow = typeof toolRules.$inferSelect;
export type ToolRule = ToolRuleRow["rule"];

/** A cell of the matrix; `*` stands for all. */
export interface RuleCell {
  workspace: string;
  subject: string;
  connection: string;
  tool: string;
}

export interface ToolFigures {
  tool: string;
  calls: number;
  errors: number;
  /** Milliseconds. */
  median: number;
  p95: number;
  /** Dollars, as decimal text: what the runs came to that were begun for its calls. */
  cost: string;
  lastAt: Date;
}

export interface ToolStore {
  /** Of all connections of a workspace that are in use, by connection and name; those that have what is searched in their name come first. */
  search(query: {
    workspace: string;
    search?: string | undefined;
    connection?: string | undefined;
    shows?: ToolFilter | undefined;
    after?: { rank: number; connection: string; tool: string } | undefined;
    limit: number;
  }): Promise<{ tool: ToolRow; connection: { id: string; name: string }; rule: ToolRule; rank: number }[]>;
  rules(query: { workspace: string; subject?: string | undefined; connection?: string | undefined }): Promise<ToolRuleRow[]>;
  /** The rules that speak of a call: for the subject or for all, of the tool or of the whole connection. */
  rulesFor(cell: RuleCell): Promise<ToolRuleRow[]>;
  /** `null` takes the rule away. */
  setRule(cell: RuleCell, given: { rule: ToolRule | null; actor: string }): Promise<void>;
  note(call: { workspace: string; connection: string; tool: string; run: string | null; milliseconds: number; code: string | null }): Promise<void>;
  figures(given: { connection: string; since: Date }): Promise<ToolFigures[]>;
  /** How many were forgotten. */
  forgetCalls(before: Date): Promise<number>;
}

const ALL = "*";

/** What the rules for all graphs and agents say of a tool: that of the tool before that of its connection. */
const EVERYBODYS_RULE = sql<ToolRule>`coalesce((select rule from tool_rules as own where own.workspace_id = ${connections.workspaceId}
  and own.connection_id = ${connections.id} and own.subject = ${ALL} and own.tool in (${connectionTools.name}, ${ALL})
  order by own.tool = ${ALL} limit 1), 'allow')`;

const FILTERS: Readonly<Record<ToolFilter, SQL>> = {
  "read-only": sql`${connectionTools.readOnlyHash} = ${connectionTools.hash}`,
  changed: sql`${connectionTools.quarantined}`,
  asks: sql`${EVERYBODYS_RULE} = 'ask'`,
  denied: sql`${EVERYBODYS_RULE} = 'deny'`,
};

export function createToolStore(database: Database): ToolStore {
  const { db } = database;
  return {
    search: async ({ workspace, search, connection, shows, after, limit }) => {
      const wanted = search ? storableText(search.toLowerCase()) : undefined;
      const rank = sql<number>`(strpos(lower(${connectionTools.name}), ${wanted ?? ""}) = 0)::int`;
      // of each connection what its server listed last; asked once, and not again for each of its tools
      const listed = db
        .select({ connection: connectionTools.connectionId, at: sql`nullif(max(${connectionTools.seenAt}), to_timestamp(0))`.as("at") })
        .from(connectionTools)
        .where(eq(connectionTools.workspaceId, workspace))
        .groupBy(connectionTools.connectionId)
        .as("listed");
      const rows = await db
        .select({ rank, tool: connectionTools, connection: { id: connections.id, name: connections.name }, rule: EVERYBODYS_RULE })
        .from(connectionTools)
        .innerJoin(connections, eq(connections.id, connectionTools.connectionId))
        .innerJoin(listed, and(eq(listed.connection, connectionTools.connectionId), eq(listed.at, connectionTools.seenAt)))
        .where(
          and(
            eq(connections.workspaceId, workspace),
            sql`${connections.archivedAt} is null`,
            connection === undefined ? undefined : eq(connections.id, connection),
            shows && FILTERS[shows],
            wanted
              ? sql`(strpos(lower(${connectionTools.name}), ${wanted}) > 0 or strpos(lower(${connections.name}), ${wanted}) > 0
                  or strpos(lower(coalesce(${connectionTools.description} ->> 'description', '')), ${wanted}) > 0
                  or strpos(lower(coalesce(${connectionTools.description} ->> 'title', '')), ${wanted}) > 0)`
              : undefined,
            after ? sql`(${rank}, ${connections.id}, ${connectionTools.name}) > (${after.rank}::int, ${after.connection}, ${after.tool})` : undefined,
          ),
        )
        .orderBy(asc(rank), asc(connections.id), asc(connectionTools.name))
        .limit(limit);
      return rows;
    },
    rules: ({ workspace, subject, connection }) =>
      db
        .select()
        .from(toolRules)
        .where(
          and(
            eq(toolRules.workspaceId, workspace),
            subject === undefined ? undefined : eq(toolRules.subject, subject),
            connection === undefined ? undefined : eq(toolRules.connectionId, connection),
          ),
        )
        .orderBy(asc(toolRules.connectionId), asc(toolRules.tool), asc(toolRules.subject)),
    rulesFor: ({ workspace, subject, connection, tool }) =>
      db
        .select()
        .from(toolRules)
        .where(
          and(
            eq(toolRules.workspaceId, workspace),
            eq(toolRules.connectionId, connection),
            inArray(toolRules.subject, [subject, ALL]),
            inArray(toolRules.tool, [tool, ALL]),
          ),
        ),
    setRule: async ({ workspace, subject, connection, tool }, { rule, actor }) => {
      const cell = and(eq(toolRules.workspaceId, workspace), eq(toolRules.subject, subject), eq(toolRules.connectionId, connection), eq(toolRules.tool, tool));
      if (rule === null) {
        await db.delete(toolRules).where(cell);
        return;
      }
      await db
        .insert(toolRules)
        .values({ workspaceId: workspace, subject, connectionId: connection, tool, rule, changedBy: actor })
        .onConflictDoUpdate({
          target: [toolRules.workspaceId, toolRules.subject, toolRules.connectionId, toolRules.tool],
          set: { rule, changedBy: actor, changedAt: sql`now()` },
        });
    },
    note: async ({ workspace, connection, tool, run, milliseconds, code }) => {
      await db
        .insert(toolCalls)
        .values({ workspaceId: workspace, connectionId: connection, tool: storableText(tool), runId: run, milliseconds, ok: code === null, code });
    },
    figures: async ({ connection, since }) => {
      const rows = await db
        .select({
          tool: toolCalls.tool,
          calls: sql<number>`count(*)::int`,
          errors: sql<number>`(count(*) filter (where not ${toolCalls.ok}))::int`,
          median: sql<number>`(percentile_cont(0.5) within group (order by ${toolCalls.milliseconds}))::float8`,
          p95: sql<number>`(percentile_cont(0.95) within group (order by ${toolCalls.milliseconds}))::float8`,
          cost: sql<string>`coalesce((select trim_scale(sum(runs.cost)) from runs where runs.purpose = 'tool' and runs.id in (
            select made.run_id from tool_calls made where made.connection_id = ${connection} and made.tool = ${sql.raw('"tool_calls"."tool"')}
              and made.at >= ${since.toISOString()}::timestamptz)), 0)::text`,
          lastAt: sql<string>`max(${toolCalls.at})::text`,
        })
        .from(toolCalls)
        .where(and(eq(toolCalls.connectionId, connection), sql`${toolCalls.at} >= ${since.toISOString()}::timestamptz`))
        .groupBy(toolCalls.tool)
        .orderBy(sql`count(*) desc`, asc(toolCalls.tool));
      return rows.map((row) => ({ ...row, lastAt: new Date(row.lastAt) }));
    },
    forgetCalls: async (before) => {
      const forgotten = await db.delete(toolCalls).where(sql`${toolCalls.at} < ${before.toISOString()}::timestamptz`).returning({ id: toolCalls.id });
      return forgotten.length;
    },
  };
}
