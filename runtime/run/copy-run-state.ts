import type { NodeKey, NodeRun, RunState } from "./run-state.ts";

/** A state that can be gone on from while the other one is kept: `applyEvent` changes nothing that both have. What never changes is shared. */
export function copyRunState(state: RunState): RunState {
  return {
    ...state,
    nodes: copyNodes(state.nodes),
    readiness: copyValues(state.readiness),
    scopes: copyValues(state.scopes),
    nodeAccounts: new Map(state.nodeAccounts),
    ready: new Set(state.ready),
    toSkip: new Set(state.toSkip),
    deciding: new Set(state.deciding),
    running: new Set(state.running),
    waiting: new Set(state.waiting),
    iterating: new Set(state.iterating),
    closing: new Set(state.closing),
  };
}

/** Node runs are replaced, never changed, but for the list of the iterations that have ended: that one grows. */
function copyNodes(nodes: RunState["nodes"]): RunState["nodes"] {
  const copies = new Map<NodeKey, NodeRun>(nodes);
  for (const [key, run] of nodes) if (run.iterations) copies.set(key, { ...run, iterations: { ...run.iterations, ended: [...run.iterations.ended] } });
  return copies;
}

function copyValues<Value extends object>(values: ReadonlyMap<NodeKey, Value>): Map<NodeKey, Value> {
  const copies = new Map<NodeKey, Value>();
  for (const [key, value] of values) copies.set(key, { ...value });
  return copies;
}
