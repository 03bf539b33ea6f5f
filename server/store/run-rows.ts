import { graphIdSchema, nodeIdSchema, runIdSchema } from "#runtime/graph/ids.ts";
import { failureSchema } from "#runtime/run/failure.ts";
import type { RunSummary } from "../contract/runs.ts";
import type { runs } from "./schema/runs.ts";

export type RunRow = typeof runs.$inferSelect;

const storedFailureSchema = failureSchema.extend({ node: nodeIdSchema.optional() });

/** A row without what only its driver needs: a plan may have megabytes. */
export type SummaryRow = Omit<RunRow, "plan" | "input" | "output">;

/** A row as the API tells it. */
export function toRunSummary(row: SummaryRow): RunSummary {
  return {
    id: runIdSchema.parse(row.id),
    graph: graphIdSchema.parse(row.graphId),
    revision: row.revision,
    state: row.state,
    actor: row.actor,
    createdAt: row.createdAt.toISOString(),
    startedAt: row.startedAt?.toISOString() ?? null,
    finishedAt: row.finishedAt?.toISOString() ?? null,
    cost: String(row.cost),
    failure: row.failure === null ? null : storedFailureSchema.parse(row.failure),
    reason: row.heldReason ?? (row.state === "queued" && row.worker !== null ? `Waits for a worker with the label "${row.worker}".` : null),
    parent: row.parentRun !== null && row.purpose !== null ? { run: runIdSchema.parse(row.parentRun), purpose: row.purpose } : null,
    worker: row.worker,
  };
}
