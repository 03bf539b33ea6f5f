import type { NodeId } from "../graph/ids.ts";
import type { Plan } from "../plan/plan.ts";
import type { Accounts } from "./accounts.ts";
import { createRunState } from "./create-run-state.ts";
import type { NodeKey, NodeRun, Readiness, RunState, Scope } from "./run-state.ts";

/** Raised when the state changes its shape: older snapshots are then left aside, and the log is read from its beginning. */
const FORMAT = 3;
const SETS = ["ready", "toSkip", "deciding", "running", "waiting", "iterating", "closing"] as const;
const MAPS = ["nodes", "readiness", "scopes", "nodeAccounts"] as const;

interface Snapshot {
  format: number;
  plain: Omit<RunState, "plan" | (typeof SETS)[number] | (typeof MAPS)[number]>;
  sets: Record<(typeof SETS)[number], NodeKey[]>;
  maps: { nodes: [NodeKey, NodeRun][]; readiness: [NodeKey, Readiness][]; scopes: [NodeKey, Scope][]; nodeAccounts: [NodeId, Accounts][] };
}

/** The fold of a log as JSON text, without the plan. */
export function writeSnapshot(state: RunState): string {
  const { plan: _, nodes, readiness, scopes, nodeAccounts, ready, toSkip, deciding, running, waiting, iterating, closing, ...plain } = state;
  const sets = { ready, toSkip, deciding, running, waiting, iterating, closing };
  const snapshot: Snapshot = {
    format: FORMAT,
    plain,
    sets: Object.fromEntries(Object.entries(sets).map(([name, keys]) => [name, [...keys]])) as Snapshot["sets"],
    maps: { nodes: [...nodes], readiness: [...readiness], scopes: [...scopes], nodeAccounts: [...nodeAccounts] },
  };
  return JSON.stringify(snapshot);
}

/** The state that was written, or (for a snapshot of another format) undefined. */
export function readSnapshot(plan: Plan, text: string): RunState | undefined {
  const snapshot = JSON.parse(text) as Snapshot;
  if (snapshot.format !== FORMAT) return undefined;
  const { plain, sets, maps } = snapshot;
  const state: RunState = { ...createRunState(plan), ...plain };
  for (const name of SETS) {
    state[name].clear();
    for (const key of sets[name]) state[name].add(key);
  }
  return {
    ...state,
    nodes: new Map(maps.nodes),
    readiness: new Map(maps.readiness),
    scopes: new Map(maps.scopes),
    nodeAccounts: new Map(maps.nodeAccounts),
  };
}
