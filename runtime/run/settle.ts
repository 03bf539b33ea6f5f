import type { StoredValues } from "../graph/stored-value.ts";
import { freeCharges } from "./accounts.ts";
import type { RunEvent } from "./events.ts";
import { stopScope } from "./iterations.ts";
import { common, judge, move, scopeKeyOf } from "./node-runs.ts";
import { planIndex } from "./plan-index.ts";
import { RunLogError } from "./run-log-error.ts";
import { type NodeKey, type NodeRun, nodeKey, type RunState } from "./run-state.ts";

export type SettlingEvent = Extract<RunEvent, { type: "uncertainty-decided" | "node-succeeded" | "node-skipped" | "node-cancelled" | "node-failed" }>;

/** Ends a node run (or sends it round once more) and tells its successors. */
export function settle(state: RunState, key: NodeKey, event: SettlingEvent): RunState {
  const run = state.nodes.get(key);
  if (!run) return state;
  const ended = { ...common(run), finishedAt: event.at };
  switch (event.type) {
    case "uncertainty-decided": {
      const failure = failureOf(run, event);
      if (event.decision === "again") {
        move(state, key, state.ready);
        // steps without an end begin anew, too: whoever decided knows of them
        const steps = Object.fromEntries(Object.entries(run.steps).filter(([, step]) => step.result));
        state.nodes.set(key, { ...common(run), steps, generation: run.generation + 1, state: "pending", reentry: false });
        return state;
      }
      if (event.decision === "failed") {
        move(state, key, state.deciding);
        state.nodes.set(key, { ...common(run), state: "deciding", failure: { ...failure, code: "cancelled", happened: "no" } });
        return state;
      }
      return end(state, key, { ...ended, state: "succeeded", outputs: event.outputs });
    }
    case "node-succeeded":
      return end(state, key, { ...ended, state: "succeeded", outputs: event.outputs });
    case "node-skipped":
      return end(state, key, { ...ended, state: "skipped", reason: event.reason, outputs: event.outputs });
    case "node-cancelled":
      return end(state, key, { ...ended, state: "cancelled", happened: event.happened });
    case "node-failed":
      return fail(state, key, { ...ended, state: "failed", failure: event.failure, handling: event.handling, outputs: event.outputs });
  }
}

/** A failure that nobody handles ends the iteration it is in, or else the run. */
function fail(state: RunState, key: NodeKey, run: Extract<NodeRun, { state: "failed" }>): RunState {
  const fatal = { ...run.failure, node: run.node };
  const scopeKey = run.handling === "fail" ? scopeKeyOf(state.plan, run) : undefined;
  if (scopeKey) stopScope(state, scopeKey, fatal);
  const next = end(state, key, run);
  if (run.handling !== "fail" || scopeKey || next.phase.type === "stopping") return next;
  return { ...next, fatal, phase: { type: "stopping", state: "failed", reason: run.failure.message } };
}

export function end(state: RunState, key: NodeKey, run: NodeRun): RunState {
  move(state, key, undefined);
  state.nodes.set(key, run);
  const planNode = state.plan.nodes[run.node];
  // the items of a node in item mode are the container's affair
  const isItem = planNode !== undefined && run.path.length > planNode.depth;
  if (!isItem) tell(state, run);
  const freed = freeCharges(state, run);
  const scopeKey = scopeKeyOf(state.plan, run);
  const scope = scopeKey && state.scopes.get(scopeKey);
  if (!scopeKey) return { ...freed, unsettled: state.unsettled - 1 };
  if (scope) {
    scope.unsettled -= 1;
    if (scope.unsettled === 0) state.closing.add(scopeKey);
  }
  return freed;
}

function tell(state: RunState, run: NodeRun): void {
  const outputs: StoredValues = "outputs" in run ? run.outputs : {};
  for (const successor of planIndex(state.plan).successors.get(run.node) ?? []) {
    const target = nodeKey(successor.node, run.path);
    const readiness = state.readiness.get(target);
    const planNode = state.plan.nodes[successor.node];
    if (!readiness || !planNode) continue;
    readiness.pending -= 1;
    const hasValue = successor.type === "edge" && Object.hasOwn(outputs, successor.port);
    if (hasValue) readiness.arrived += 1;
    if (hasValue && planNode.join === "first") readiness.first ??= { node: run.node, port: successor.port };
    if (state.nodes.get(target)?.state !== "pending" || state.ready.has(target) || state.toSkip.has(target)) continue;
    const input = successor.type === "edge" ? planNode.inputs[successor.input] : undefined;
    const lost = input !== undefined && !hasValue && !input.optional && !input.many;
    const verdict = judge(state, planNode, { path: run.path, hasValue, lost });
    if (verdict === "ready") state.ready.add(target);
    if (verdict === "skip") state.toSkip.add(target);
  }
}

export function failureOf(run: NodeRun, event: RunEvent) {
  if ("failure" in run) return run.failure;
  throw new RunLogError(`Event ${event.seq} (${event.type}) needs a failed attempt before it.`);
}
