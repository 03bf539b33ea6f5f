import { connectionIdSchema } from "#runtime/graph/ids.ts";
import { ApiError } from "../api-error.ts";
import { toTool } from "../connections/tool-view.ts";
import { ALL } from "../contract/tool-rule-of.ts";
import type { FoundTool, ToolFilter, ToolRule, ToolRuleEntry } from "../contract/tools.ts";
import type { ConnectionStore } from "../store/connections.ts";
import type { RuleCell, ToolRuleRow, ToolStore } from "../store/tools.ts";
import { askRule } from "./tool-rules.ts";

const DAY_MS = 86_400_000;
/** As far back as figures are told. */
const KEPT_DAYS = 90;

export interface Tools {
  search(query: {
    workspace: string;
    search?: string | undefined;
    connection?: string | undefined;
    shows?: ToolFilter | undefined;
    cursor?: string | undefined;
    limit: number;
  }): Promise<{ items: FoundTool[]; nextCursor?: string }>;
  rules(query: { workspace: string; subject?: string | undefined; connection?: string | undefined }): Promise<ToolRuleEntry[]>;
  /** Answers the rules of that connection. Throws `ApiError("not-found")` for a connection of somebody else. */
  setRule(cell: RuleCell, given: { rule: ToolRule | null; actor: string }): Promise<ToolRuleEntry[]>;
  /** Forgets the calls that no figure counts any more; how many. */
  evict(): Promise<number>;
  /** What the rules say of a tool for everybody. */
  ruleOf(call: { workspace: string; connection: string; tool: string }): Promise<ToolRule>;
  figures(
    connection: string,
    days: number,
  ): Promise<{ tool: string; calls: number; errors: number; median: number; p95: number; cost: string; lastAt: string }[]>;
}

/** The tools of all connections of a workspace: finding them, who may call them, and how they do. */
export function createTools({ store, connections }: { store: ToolStore; connections: Pick<ConnectionStore, "read"> }): Tools {
  return {
    search: async ({ cursor, limit, ...query }) => {
      const after = readCursor(cursor);
      const rows = await store.search({ ...query, after, limit: limit + 1 });
      const shown = rows.slice(0, limit);
      const last = rows.length > limit ? shown.at(-1) : undefined;
      return {
        items: shown.map(({ connection: { id, name }, tool: found, rule }) => ({
          connection: { id: connectionIdSchema.parse(id), name },
          tool: toTool(found),
          rule,
        })),
        ...(last && { nextCursor: [last.rank, last.connection.id, last.tool.name].map(encodeURIComponent).join("/") }),
      };
    },
    rules: async (query) => (await store.rules(query)).map(toRule),
    setRule: async (cell, given) => {
      const { workspace, connection } = cell;
      if ((await connections.read(connection))?.workspaceId !== workspace) throw new ApiError("not-found", `There is no connection ${connection} here.`);
      await store.setRule(cell, given);
      return (await store.rules({ workspace, connection })).map(toRule);
    },
    evict: () => store.forgetCalls(new Date(Date.now() - KEPT_DAYS * DAY_MS)),
    ruleOf: (call) => askRule(store, { ...call, graph: ALL }),
    figures: async (connection, days) =>
      (await store.figures({ connection, since: new Date(Date.now() - days * DAY_MS) })).map((figures) => ({
        ...figures,
        lastAt: figures.lastAt.toISOString(),
      })),
  };
}

/** One that cannot be read begins anew. */
function readCursor(cursor: string | undefined) {
  const [rank = "", connection, tool] = cursor?.split("/", 3).map(decoded) ?? [];
  return connection !== undefined && tool !== undefined && /^[01]$/.test(rank) ? { rank: Number(rank), connection, tool } : undefined;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return "";
  }
}

function toRule({ subject, connectionId, tool, rule, changedBy, changedAt }: ToolRuleRow): ToolRuleEntry {
  return {
    subject: subject as ToolRuleEntry["subject"],
    connection: connectionIdSchema.parse(connectionId),
    tool,
    rule,
    changedBy,
    changedAt: changedAt.toISOString(),
  };
}
