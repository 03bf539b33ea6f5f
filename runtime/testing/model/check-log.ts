import type { Plan } from "../../plan/plan.ts";
import { applyEvent } from "../../run/apply-event.ts";
import { createRunState } from "../../run/create-run-state.ts";
import type { RunEvent } from "../../run/events.ts";
import { containersOf, isContainerRun } from "../../run/node-runs.ts";
import { nodeKey, type RunState } from "../../run/run-state.ts";
import { schedule } from "../../run/schedule.ts";
import { readSnapshot, writeSnapshot } from "../../run/snapshot.ts";
import { runName } from "./facts.ts";

/** Snapshots are tried after every so many events. */
const SNAPSHOT_EVERY = 3;

/** What a log breaks of what holds for every log: bounds are kept, what is held or stopped starts nothing, all is told again the same way. */
export function checkLog(plan: Plan, run: { events: readonly RunEvent[]; state?: RunState; looks?: ReadonlyMap<number, string> }): string[] {
  const problems: string[] = [];
  const history: History = { stopped: new Set(), failures: new Map() };
  let state = createRunState(plan);
  for (const event of run.events) {
    problems.push(...checkEvent(event, state, history));
    state = applyEvent(state, event);
    problems.push(...checkLook(state, run.looks?.get(state.seq)));
  }
  if (run.state && plain(run.state) !== plain(state)) problems.push("Told again, the log leads to another state.");
  const open = [state.ready, state.toSkip, state.deciding, state.running, state.waiting, state.iterating, state.closing].reduce(
    (sum, set) => sum + set.size,
    0,
  );
  const succeeded = state.phase.type === "finished" && state.phase.state === "succeeded";
  if (succeeded && (open > 0 || state.scopes.size > 0 || state.unsettled !== 0)) problems.push(`Something is left over at the end: ${plain(state)}`);
  return problems;
}

interface History {
  /** Container runs one of whose iterations failed, and that stop the others then. */
  stopped: Set<string>;
  /** How often an attempt of a node run failed of itself. */
  failures: Map<string, number>;
}

function checkLook(state: RunState, look: string | undefined): string[] {
  if (look === undefined) return [];
  const again = JSON.stringify(schedule(state.plan, state));
  if (look !== again) return [`Told again, schedule says something else after event ${state.seq}: ${again}`];
  if (state.seq % SNAPSHOT_EVERY > 0) return [];
  const restored = readSnapshot(state.plan, writeSnapshot(state));
  const isSame = restored && JSON.stringify(schedule(state.plan, restored)) === look;
  return isSame ? [] : [`With the snapshot after event ${state.seq} schedule says something else.`];
}

function checkEvent(event: RunEvent, state: RunState, history: History): string[] {
  if (state.phase.type === "finished") return [`Event ${event.seq} (${event.type}) comes after the end.`];
  switch (event.type) {
    case "node-started":
      return checkStart(event, state, history);
    case "iteration-started":
      return checkIteration(event, state, history);
    case "iteration-finished": {
      const { onFailure } = state.nodes.get(nodeKey(event.node, event.path))?.iterations ?? {};
      if (event.state === "failed" && onFailure === "stop") history.stopped.add(runName(event.node, event.path));
      return [];
    }
    case "attempt-failed": {
      const name = runName(event.node, event.path);
      if (event.failure.code !== "worker-lost") history.failures.set(name, (history.failures.get(name) ?? 0) + 1);
      return [];
    }
    case "node-failed": {
      const planNode = state.plan.nodes[event.node];
      const failures = history.failures.get(runName(event.node, event.path));
      const isTried = planNode && event.failure.code === "network" && !isContainerRun(planNode, event.path);
      return isTried && failures !== planNode.policy.attempts ? [`${event.node} failed after ${failures} attempts of ${planNode.policy.attempts}.`] : [];
    }
    default:
      return [];
  }
}

function checkStart(event: Extract<RunEvent, { type: "node-started" }>, state: RunState, { stopped }: History): string[] {
  const { phase, plan } = state;
  if (phase.type === "held" || phase.type === "stopping") return [`${event.node} starts while the run is ${phase.type}.`];
  if (state.running.size >= (plan.settings.concurrency ?? 64)) return [`${event.node} starts though ${state.running.size} others run.`];
  const run = state.nodes.get(nodeKey(event.node, event.path));
  if (run?.state !== "pending") return [`${event.node} starts while it is ${run?.state}.`];
  const inStopped = containersOf(plan, event).some((container, depth) => stopped.has(runName(container, event.path.slice(0, depth))));
  return inStopped ? [`${event.node} starts in a container that stops.`] : [];
}

function checkIteration(event: Extract<RunEvent, { type: "iteration-started" }>, { phase, nodes }: RunState, { stopped }: History): string[] {
  const iterations = nodes.get(nodeKey(event.node, event.path))?.iterations;
  if (phase.type === "held" || phase.type === "stopping") return [`An iteration of ${event.node} starts while the run is ${phase.type}.`];
  if (stopped.has(runName(event.node, event.path))) return [`${event.node} begins an iteration after one has failed.`];
  if (!iterations || iterations.active >= iterations.concurrency) return [`${event.node} has ${iterations?.active} iterations, and begins one more.`];
  return event.index === iterations.first + iterations.begun ? [] : [`${event.node} begins iteration ${event.index} after ${iterations.begun} others.`];
}

function plain({ plan: _, ...state }: RunState): string {
  return JSON.stringify(state, (_key, value) => (value instanceof Map || value instanceof Set ? [...value] : value));
}
