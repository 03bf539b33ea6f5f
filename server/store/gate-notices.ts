import { type SQL, sql } from "drizzle-orm";
import { createId, type GraphId, type NodeId, type RunId } from "#runtime/graph/ids.ts";
import type { Database } from "./database/open-database.ts";
import { askedEvents, IS_OPEN } from "./open-gates.ts";
import { inboxItems } from "./schema/comments.ts";
import { storableText } from "./storable-text.ts";

export interface GateNotice {
  workspace: string;
  graph: GraphId;
  run: RunId;
  seq: number;
  node: NodeId;
  label: string;
  title: string;
  /** 0 for the first time, then which reminder: each is told once to each, whoever tells it. */
  notice: number;
}

export interface GateNoticeStore {
  /** Puts it into inboxes where it is not yet; answers whose. */
  tell(notice: GateNotice, users: readonly string[]): Promise<string[]>;
  /** What is decided, or asked no more, need not be read; answers whose inboxes changed. `run`: of that one alone. */
  settle(run?: RunId): Promise<string[]>;
}

export function createGateNoticeStore({ db }: Database): GateNoticeStore {
  return {
    tell: async ({ workspace, graph, run, seq, node, label, title, notice }, users) => {
      if (users.length === 0) return [];
      const told = await db
        .insert(inboxItems)
        .values(
          users.map((user) => ({
            ...{ id: createId("item"), workspaceId: workspace, userId: user, kind: "gate" as const, documentId: graph },
            ...{ runId: run, seq, gateTitle: storableText(title), gateNode: node, gateLabel: storableText(label), notice },
          })),
        )
        .onConflictDoNothing()
        .returning({ user: inboxItems.userId });
      return told.map(({ user }) => user);
    },
    settle: async (run) => {
      const only: SQL = run === undefined ? sql`` : sql`AND run_id = ${run}`;
      const { rows } = await db.execute(sql`
        UPDATE inbox_items SET read_at = now() WHERE kind = 'gate' AND read_at IS NULL ${only} AND NOT EXISTS (
          SELECT 1 FROM runs CROSS JOIN ${askedEvents()} AS asked
          WHERE runs.id = inbox_items.run_id AND runs.state IN ('running', 'waiting', 'held') AND asked.seq = inbox_items.seq AND ${IS_OPEN})
        RETURNING user_id AS user`);
      return [...new Set(rows.map(({ user }) => String(user)))];
    },
  };
}
