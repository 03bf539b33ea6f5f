import type { Plan } from "../../plan/plan.ts";
import { applyEvent } from "../../run/apply-event.ts";
import { createRunState } from "../../run/create-run-state.ts";
import type { RunEvent } from "../../run/events.ts";
import { nodeKey, type RunState } from "../../run/run-state.ts";
import { schedule } from "../../run/schedule.ts";

/** What a log breaks of what holds for every log: bounds are kept, nothing starts while held, all is told again the same way. */
export function checkLog(plan: Plan, run: { events: readonly RunEvent[]; state?: RunState; looks?: ReadonlyMap<number, string> }): string[] {
  const problems: string[] = [];
  let state = createRunState(plan);
  for (const event of run.events) {
    problems.push(...checkEvent(plan, state, event));
    state = applyEvent(state, event);
    const look = run.looks?.get(state.seq);
    if (look !== undefined && look !== JSON.stringify(schedule(plan, state)))
      problems.push(`Told again, schedule says something else after event ${state.seq}.`);
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

function checkEvent(plan: Plan, state: RunState, event: RunEvent): string[] {
  const { phase } = state;
  if (phase.type === "finished") return [`Event ${event.seq} (${event.type}) comes after the end.`];
  if (event.type === "node-started") {
    if (phase.type === "held" || phase.type === "stopping") return [`${event.node} starts while the run is ${phase.type}.`];
    if (state.running.size >= (plan.settings.concurrency ?? 64)) return [`${event.node} starts though ${state.running.size} others run.`];
    const run = state.nodes.get(nodeKey(event.node, event.path));
    if (run?.state !== "pending") return [`${event.node} starts while it is ${run?.state}.`];
  }
  if (event.type === "iteration-started") {
    const iterations = state.nodes.get(nodeKey(event.node, event.path))?.iterations;
    if (phase.type === "held" || phase.type === "stopping") return [`An iteration of ${event.node} starts while the run is ${phase.type}.`];
    if (!iterations || iterations.active >= iterations.concurrency) return [`${event.node} has ${iterations?.active} iterations, and starts one more.`];
    if (event.index !== iterations.first + iterations.begun) return [`${event.node} begins iteration ${event.index} after ${iterations.begun} others.`];
  }
  return [];
}

function plain({ plan: _, ...state }: RunState): string {
  return JSON.stringify(state, (_key, value) => (value instanceof Map || value instanceof Set ? [...value] : value));
}
