import { sql } from "drizzle-orm";
import { createId, type NodeId } from "#runtime/graph/ids.ts";
import type { Plan } from "#runtime/plan/plan.ts";
import type { Database } from "#server/store/database/open-database.ts";

/** What is recorded of a node that has run. */
type Row = { run: string; node: NodeId; output: string };

/** `memory` keeps nothing; `durable` has recorded all when the run ends; `strict` has recorded each result before the next node starts. */
export type FloorMode = "memory" | "durable" | "strict";

export interface Floor {
  run(plan: Plan, mode?: FloorMode): Promise<void>;
}

/**
 * The least that runs a plan and keeps a record: starts each node when its sources have ended, writes one row for each, and puts
 * rows that come while a commit is under way into the next one. No retries, leases, waits, states or expressions.
 */
export async function createFloor(database: Database): Promise<Floor> {
  await database.db.execute(sql`CREATE TABLE IF NOT EXISTS bench_floor (run text, node text, output text, PRIMARY KEY (run, node))`);
  let rows: Row[] = [];
  let last: Promise<void> = Promise.resolve();
  let committing: Promise<void> | undefined;
  const commitAll = async () => {
    const batch = rows;
    rows = [];
    committing = undefined;
    const column = (key: keyof Row) => sql.param(batch.map((row) => row[key]));
    await database.db.execute(
      sql`INSERT INTO bench_floor SELECT * FROM unnest(${column("run")}::text[], ${column("node")}::text[], ${column("output")}::text[])`,
    );
  };
  const record = (row: Row): Promise<void> => {
    rows.push(row);
    committing ??= last.then(commitAll);
    last = committing;
    return committing;
  };
  return {
    run: async (plan, mode = "durable") => {
      const run = createId("run");
      const waiting = new Map<NodeId, number>();
      const after = new Map<NodeId, NodeId[]>(plan.order.map((id) => [id, []]));
      for (const id of plan.order) {
        const sources = Object.values(plan.nodes[id]?.inputs ?? {}).flatMap((input) => input.sources);
        waiting.set(id, sources.length);
        for (const { node } of sources) after.get(node)?.push(id);
      }
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      let recorded: Promise<void> | undefined;
      let left = plan.order.length;
      const work = async (id: NodeId): Promise<void> => {
        const sleepMs: unknown = plan.nodes[id]?.config.sleepMs;
        await (typeof sleepMs === "number" && sleepMs > 0 ? new Promise((wake) => setTimeout(wake, sleepMs)) : undefined);
        if (mode !== "memory") recorded = record({ run, node: id, output: `{"value":1}` });
        if (mode === "strict") await recorded;
        for (const next of after.get(id) ?? []) {
          const sources = (waiting.get(next) ?? 0) - 1;
          waiting.set(next, sources);
          if (sources === 0) work(next).catch(reject);
        }
        left -= 1;
        if (left === 0) resolve();
      };
      for (const id of plan.order) if (waiting.get(id) === 0) work(id).catch(reject);
      await promise;
      await recorded;
    },
  };
}
