import { createId, type NodeId } from "#runtime/graph/ids.ts";
import type { Plan } from "#runtime/plan/plan.ts";
import type { Database } from "#server/store/database/open-database.ts";
import { runEvents } from "#server/store/schema/runs.ts";
import { WORKSPACE } from "./bench-engine.ts";

type Row = typeof runEvents.$inferInsert;

/**
 * The least that runs a plan of pure nodes and keeps a record: starts each node when its sources have ended, writes one row for
 * each, and puts rows that come while a commit is under way into the next one. No retries, leases, waits, states or expressions.
 */
export async function runFloor(database: Database, plan: Plan): Promise<void> {
  const runId = createId("run");
  const waiting = new Map<NodeId, number>();
  const after = new Map<NodeId, NodeId[]>();
  for (const id of plan.order) {
    const sources = Object.values(plan.nodes[id]?.inputs ?? {}).flatMap((input) => input.sources);
    waiting.set(id, sources.length);
    for (const { node } of sources) after.set(node, [...(after.get(node) ?? []), id]);
  }
  const rows: Row[] = [];
  let seq = 0;
  let committing: Promise<void> | undefined;
  const commit = async () => {
    while (rows.length > 0) {
      const batch = rows.splice(0);
      await database.db.insert(runEvents).values(batch);
    }
    committing = undefined;
  };
  const runNode = async (id: NodeId): Promise<void> => {
    await Promise.resolve();
    seq += 1;
    rows.push({ runId, seq, workspaceId: WORKSPACE, type: "node-succeeded", event: { node: id, outputs: { value: 1 } }, at: new Date() });
    committing ??= commit();
    const ready = (after.get(id) ?? []).filter((next) => {
      const left = (waiting.get(next) ?? 0) - 1;
      waiting.set(next, left);
      return left === 0;
    });
    await Promise.all(ready.map(runNode));
  };
  const entries = plan.order.filter((id) => waiting.get(id) === 0);
  await Promise.all(entries.map(runNode));
  await committing;
}
