import { and, desc, eq, isNull, sql } from "drizzle-orm";
import type { Database } from "./database/open-database.ts";
import { formSubmissions, forms } from "./schema/forms.ts";
import { nodeRuns, runs } from "./schema/runs.ts";
import { storableText } from "./storable-text.ts";
import { afterTimeCursor, writeTimeCursor } from "./time-cursor.ts";

export type SubmissionRow = typeof formSubmissions.$inferSelect & {
  run: Pick<typeof runs.$inferSelect, "id" | "state" | "output" | "plan" | "finishedAt"> | null;
};

export interface NewSubmission {
  id: string;
  workspace: string;
  form: string;
  /** Hashes; see the table. */
  key: string;
  digest: string;
  summary: string;
  sentBy: string | null;
}

/** What came of a wish to submit. */
export type Claim =
  | { type: "taken"; id: string }
  /** The same key was used before. */
  | { type: "known"; row: SubmissionRow }
  /** Too many within the hour: room comes after so many seconds. */
  | { type: "full"; seconds: number };

export interface SubmissionStore {
  /** Takes one place within the hour, unless there is none. Whoever comes at the same time for the same form waits. */
  claim(given: NewSubmission, perHour: number): Promise<Claim>;
  /** Gives the place back of one that could not begin. */
  release(id: string): Promise<void>;
  begun(id: string, run: string): Promise<void>;
  read(id: string): Promise<SubmissionRow | undefined>;
  /** Newest first. */
  list(
    form: string,
    query: { search?: string | undefined; cursor?: string | undefined; limit: number },
  ): Promise<{ items: SubmissionRow[]; nextCursor?: string }>;
  /** Dollars that the runs of the last 24 hours have cost so far. */
  spentToday(form: string): Promise<number>;
  /** How many node runs outside containers have ended. */
  ended(run: string): Promise<number>;
}

const HOUR_S = 3_600;

export function createSubmissionStore(database: Database): SubmissionStore {
  const { db } = database;
  const select = () =>
    db
      .select({
        submission: formSubmissions,
        run: { id: runs.id, state: runs.state, output: runs.output, plan: runs.plan, finishedAt: runs.finishedAt },
      })
      .from(formSubmissions)
      .leftJoin(runs, eq(runs.id, formSubmissions.runId));
  const show = ({ submission, run }: Awaited<ReturnType<typeof select>>[number]): SubmissionRow => ({ ...submission, run });
  const read = async (id: string): Promise<SubmissionRow | undefined> => {
    const [found] = await select().where(eq(formSubmissions.id, id));
    return found && show(found);
  };
  return {
    claim: async (given, perHour) => {
      const claimed = await database.transaction(async (tx): Promise<Exclude<Claim, { type: "known" }> | { type: "known"; id: string }> => {
        await tx.select({ id: forms.id }).from(forms).where(eq(forms.id, given.form)).for("update");
        const [known] = await tx
          .select({ id: formSubmissions.id })
          .from(formSubmissions)
          .where(and(eq(formSubmissions.formId, given.form), eq(formSubmissions.key, given.key)));
        if (known) return { type: "known", id: known.id };
        const { rows } = await tx.execute<{ count: number; seconds: number | null }>(sql`
          SELECT count(*)::int AS count, ${HOUR_S} - extract(epoch FROM now() - min(created_at))::int AS seconds
          FROM form_submissions WHERE form_id = ${given.form} AND created_at > now() - make_interval(secs => ${HOUR_S})`);
        if ((rows[0]?.count ?? 0) >= perHour) return { type: "full", seconds: Math.max(1, Number(rows[0]?.seconds ?? HOUR_S)) };
        const { id, workspace, form, key, digest, summary, sentBy } = given;
        await tx.insert(formSubmissions).values({ id, workspaceId: workspace, formId: form, key, digest, summary: storableText(summary), sentBy });
        return { type: "taken", id };
      });
      if (claimed.type !== "known") return claimed;
      const row = await read(claimed.id);
      // it was given back this moment
      return row ? { type: "known", row } : { type: "full", seconds: 1 };
    },
    release: async (id) => {
      await db.delete(formSubmissions).where(and(eq(formSubmissions.id, id), isNull(formSubmissions.runId)));
    },
    begun: async (id, run) => {
      await db.update(formSubmissions).set({ runId: run }).where(eq(formSubmissions.id, id));
    },
    read,
    list: async (form, { search, cursor, limit }) => {
      const matching = search ? sql`strpos(lower(${formSubmissions.summary}), lower(${storableText(search)})) > 0` : undefined;
      const rows = await select()
        .where(and(eq(formSubmissions.formId, form), matching, afterTimeCursor(cursor, formSubmissions)))
        .orderBy(desc(formSubmissions.createdAt), desc(formSubmissions.id))
        .limit(limit + 1);
      const items = rows.slice(0, limit).map(show);
      const last = rows.length > limit ? items.at(-1) : undefined;
      return { items, ...(last && { nextCursor: writeTimeCursor(last) }) };
    },
    spentToday: async (form) => {
      const [row] = await db
        .select({ cost: sql<string>`coalesce(sum(${runs.cost}), 0)` })
        .from(formSubmissions)
        .innerJoin(runs, eq(runs.id, formSubmissions.runId))
        .where(and(eq(formSubmissions.formId, form), sql`${formSubmissions.createdAt} > now() - interval '24 hours'`));
      return Number(row?.cost ?? 0);
    },
    ended: (run) =>
      db.$count(
        nodeRuns,
        and(
          eq(nodeRuns.runId, run),
          sql`${nodeRuns.nodeKey} = ${nodeRuns.nodeId}`,
          sql`${nodeRuns.state} IN ('succeeded', 'failed', 'skipped', 'reused', 'cancelled')`,
        ),
      ),
  };
}
