import { sql } from "drizzle-orm";
import { createId, type NodeId, type RunId } from "#runtime/graph/ids.ts";
import type { Database } from "./database/open-database.ts";
import { storableText } from "./storable-text.ts";

export interface BudgetNotice {
  run: RunId;
  /** Number of the event that warns. */
  seq: number;
  body: string;
  /** The node whose budget it is. */
  node?: NodeId | undefined;
  label?: string | undefined;
}

export interface BudgetNoticeStore {
  /** Puts it into the inbox of whoever started the run, once; answers whose. Nobody's where no person did. */
  tell(notice: BudgetNotice): Promise<string[]>;
}

export function createBudgetNoticeStore({ db }: Database): BudgetNoticeStore {
  return {
    tell: async ({ run, seq, body, node, label }) => {
      const { rows } = await db.execute(sql`
        INSERT INTO inbox_items (id, workspace_id, user_id, kind, document_id, run_id, seq, gate_title, gate_node, gate_label, notice)
        SELECT ${createId("item")}, workspace_id, actor, 'budget', graph_id, id, ${seq}, ${storableText(body)}, ${node ?? null}, ${label === undefined ? null : storableText(label)}, 0
        FROM runs WHERE id = ${run} AND (actor = 'local' OR EXISTS (SELECT 1 FROM users WHERE users.id = runs.actor))
        ON CONFLICT DO NOTHING RETURNING user_id AS user`);
      return rows.map(({ user }) => String(user));
    },
  };
}
