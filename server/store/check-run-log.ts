import type { Effect } from "#runtime/node/effect.ts";
import type { Plan } from "#runtime/plan/plan.ts";
import { applyEvent } from "#runtime/run/apply-event.ts";
import { createRunState } from "#runtime/run/create-run-state.ts";
import type { RunEvent } from "#runtime/run/events.ts";
import { nodeKey, type RunState } from "#runtime/run/run-state.ts";

/** Reads a log event by event, folds it and says what is wrong with it. */
export interface RunLogCheck {
  /** What this event breaks, in a sentence each. Throws `RunLogError` when it cannot follow the ones before it. */
  see(event: RunEvent): LogProblem[];
  state(): RunState;
}

export interface LogProblem {
  invariant: "log" | "effect";
  detail: string;
}

/** How far a node run is, as far as its effects go. */
interface Progress {
  effect: Effect;
  /** An attempt has begun, and no result of it was seen. */
  isOpen: boolean;
  /** Nothing shows that a further start would not be a second effect. */
  mayHaveHappened: boolean;
  /** Of its write steps: begun, or ended with a result. */
  steps: Map<string, "begun" | "ended">;
}

/**
 * Holds a log against the promise: an attempt has one result, a step has one, and a plain write begins again only on proof
 * that nothing happened or on a person's word. O(node runs) in memory.
 */
export function createRunLogCheck(plan: Plan): RunLogCheck {
  let state = createRunState(plan);
  const progress = new Map<string, Progress>();
  return {
    see: (event) => {
      const problems: LogProblem[] = checkEffect(progress, event).map((detail) => ({ invariant: "effect", detail }));
      const misplaced = (detail: string) => problems.push({ invariant: "log", detail });
      if (state.phase.type === "finished") misplaced(`Event ${event.seq} (${event.type}) comes after the run has finished.`);
      if ((event.seq === 1) !== (event.type === "run-created")) misplaced(`Event ${event.seq} is ${event.type}; run-created is the first, and no other.`);
      state = applyEvent(state, event);
      return problems;
    },
    state: () => state,
  };
}

function checkEffect(progress: Map<string, Progress>, event: RunEvent): string[] {
  if (!("node" in event) || !("path" in event)) return [];
  const key = nodeKey(event.node, event.path);
  const about = (what: string) => [`${key} ${what} (event ${event.seq}).`];
  const now = progress.get(key) ?? { effect: "pure", isOpen: false, mayHaveHappened: false, steps: new Map() };
  progress.set(key, now);
  switch (event.type) {
    case "node-started": {
      const problems = now.isOpen && hasEffect(now) ? about("begins a further attempt while one is under way") : [];
      if (event.effect === "write" && now.mayHaveHappened) problems.push(...about("begins its write again, though it may have happened"));
      progress.set(key, { ...now, effect: event.effect, isOpen: true, mayHaveHappened: true });
      return problems;
    }
    case "node-succeeded":
    case "node-waiting":
    case "attempt-failed": {
      const problems = now.isOpen || !hasEffect(now) ? [] : about(`has ${event.type} without an attempt, or as its second result`);
      const isRepeatable = event.type === "node-waiting" || (event.type === "attempt-failed" && event.failure.happened === "no");
      progress.set(key, { ...now, isOpen: false, mayHaveHappened: !isRepeatable });
      return problems;
    }
    case "iterations-opened":
    case "child-opened":
      progress.set(key, { ...now, isOpen: false, mayHaveHappened: false });
      return [];
    case "uncertainty-decided":
      if (event.decision !== "again") return [];
      progress.set(key, { ...now, mayHaveHappened: false, steps: new Map([...now.steps].filter(([, step]) => step === "ended")) });
      return [];
    case "step-started": {
      const known = now.steps.get(event.step);
      now.steps.set(event.step, "begun");
      if (known === "ended") return about(`begins the step "${event.step}" again, which has a result`);
      return known === "begun" && event.effect === "write" ? about(`begins the write of the step "${event.step}" again, though it may have happened`) : [];
    }
    case "step-finished": {
      const known = now.steps.get(event.step);
      now.steps.set(event.step, "ended");
      return known === "begun" ? [] : about(`has a second result of the step "${event.step}"`);
    }
    case "step-failed":
      now.steps.delete(event.step);
      return [];
    default:
      return [];
  }
}

function hasEffect({ effect }: Progress): boolean {
  return effect === "write" || effect === "keyed";
}
