import type { Plan } from "../plan/plan.ts";
import { openAccounts, openNodeAccounts } from "./accounts.ts";
import { openNodeRuns } from "./node-runs.ts";
import { planIndex } from "./plan-index.ts";
import type { RunState } from "./run-state.ts";

/** The state before the first event: O(nodes + edges), once for each run. */
export function createRunState(plan: Plan): RunState {
  const children = planIndex(plan).children.get(undefined) ?? [];
  const state: RunState = {
    plan,
    seq: 0,
    phase: { type: "created" },
    input: null,
    nodes: new Map(),
    readiness: new Map(),
    scopes: new Map(),
    ready: new Set(),
    toSkip: new Set(),
    deciding: new Set(),
    running: new Set(),
    waiting: new Set(),
    iterating: new Set(),
    closing: new Set(),
    unsettled: children.length,
    activeMs: 0,
    accounts: openAccounts(),
    nodeAccounts: openNodeAccounts(plan),
    time: {},
  };
  openNodeRuns(state, children, []);
  return state;
}
