import type { RunState } from "#runtime/run/run-state.ts";
import { writeSnapshot } from "#runtime/run/snapshot.ts";
import type { RunSnapshot } from "../contract/runs.ts";
import type { RunRow } from "../store/run-rows.ts";

/** Characters of JSON that are answered at once; beyond that, pages of events are gentler. */
const MAX_STATE = 32 * 1024 * 1024;

export interface SnapshotGiven {
  /** A log with no more events than that is not folded. */
  over: number;
  /** Folds a run's log, whatever of it is stored as a fold already. */
  stateOf: (row: RunRow) => Promise<RunState>;
  max?: number;
}

/** What a run's log comes to so far, as the API tells it. */
export async function snapshotOf(row: RunRow, { over, stateOf, max = MAX_STATE }: SnapshotGiven): Promise<RunSnapshot> {
  if (row.lastSeq <= over) return { seq: row.lastSeq, state: null };
  const state = await stateOf(row);
  const text = writeSnapshot(state);
  return { seq: state.seq, state: text.length > max ? null : JSON.parse(text) };
}
