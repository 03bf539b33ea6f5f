import { runIdSchema } from "../graph/ids.ts";
import type { StoredValues } from "../graph/stored-value.ts";
import type { Plan } from "../plan/plan.ts";
import { applyEvent } from "../run/apply-event.ts";
import { createRunState } from "../run/create-run-state.ts";
import type { RunEvent, RunEventBody } from "../run/events.ts";
import type { RunState } from "../run/run-state.ts";
import { type Command, schedule } from "../run/schedule.ts";
import { givenAt, passedOn } from "./simulate.ts";

/** One look of the driver: what was new in the log, and what `schedule` said to it. */
export interface RecordedStep {
  events: RunEvent[];
  commands: Command[];
}

/** A run as it went, with all that decided how. */
export interface Recording {
  title: string;
  plan: Plan;
  steps: RecordedStep[];
  end: RunOutline;
}

/** What a run's end is compared by. */
export interface RunOutline {
  seq: number;
  phase: RunState["phase"];
  activeMs: number;
  unsettled: number;
  nodes: Record<string, { state: string; attempt: number; outputs?: StoredValues }>;
}

/** A run to record. */
export interface Scenario {
  title: string;
  plan: Plan;
  /** What happens after each start of a node (by short name), one thing at a time; things from outside may be among it. Absent: it yields 1. */
  after?: Record<string, readonly (readonly RunEventBody[])[]>;
  /** What happens when nothing else does. */
  later?: readonly RunEventBody[];
}

const BEGIN = Date.parse("2026-01-01T00:00:00.000Z");
/** Every event is this much later than the one before. */
const TICK_MS = 100;

export function instant(seq: number): string {
  return new Date(BEGIN + seq * TICK_MS).toISOString();
}

/** Plays a scenario: each command becomes its event, results come one by one in the order of the starts. Deterministic. */
export function recordRun({ title, plan, after = {}, later = [] }: Scenario): Recording {
  let state = createRunState(plan);
  const steps: RecordedStep[] = [];
  const coming: RunEventBody[] = [];
  const outside = [...later];
  const starts = new Map<string, number>();
  let events: RunEvent[] = [];
  const happen = (body: RunEventBody) => {
    const event = { ...body, seq: state.seq + 1, at: instant(state.seq + 1) };
    state = applyEvent(state, event);
    events.push(event);
  };
  happen({ type: "run-created", run: runIdSchema.parse("run_recorded"), input: {}, actor: "recorder", ...entryOf(plan) });
  for (;;) {
    const commands = schedule(plan, state);
    steps.push({ events, commands });
    events = [];
    for (const command of commands) {
      if (command.type !== "abort") happen(eventOf(command, state));
      if (command.type !== "start") continue;
      const name = command.node.slice("node_".length);
      const nth = starts.get(name) ?? 0;
      starts.set(name, nth + 1);
      coming.push(...(after[name]?.[nth] ?? [succeeds(command, plan)]));
    }
    if (events.length > 0) continue;
    const next = coming.shift() ?? outside.shift();
    if (!next) return { title, plan, steps, end: outlineOf(state) };
    happen(next);
  }
}

export function outlineOf(state: RunState): RunOutline {
  const nodes = [...state.nodes].map(([key, run]) => [key, { state: run.state, attempt: run.attempt, ...("outputs" in run && { outputs: run.outputs }) }]);
  return { seq: state.seq, phase: state.phase, activeMs: state.activeMs, unsettled: state.unsettled, nodes: Object.fromEntries(nodes) };
}

function entryOf(plan: Plan) {
  const entry = plan.order.find((id) => plan.nodes[id]?.role === "entry");
  return entry && { entry };
}

function succeeds(command: Extract<Command, { type: "start" }>, plan: Plan): RunEventBody {
  const ports = Object.keys(plan.nodes[command.node]?.outputs ?? {}).filter((port) => port !== "failure");
  const outputs = Object.fromEntries(ports.map((port) => [port, { type: "inline" as const, value: 1 }]));
  return { type: "node-succeeded", node: command.node, path: command.path, outputs };
}

/** What a driver records when it has carried the command out. */
function eventOf(command: Exclude<Command, { type: "abort" }>, state: RunState): RunEventBody {
  if (command.type === "finish")
    return { type: "run-finished", state: command.state, output: command.output, ...(command.failure && { failure: command.failure }) };
  const at = { node: command.node, path: command.path };
  switch (command.type) {
    case "start":
      return { type: "node-started", ...at, attempt: command.attempt, effect: state.plan.nodes[command.node]?.effect ?? "pure" };
    case "skip":
      return { type: "node-skipped", ...at, reason: command.reason, outputs: passedOn(command) };
    case "retry":
      return { type: "node-retrying", ...at, dueAt: instant(state.seq + 1 + command.backoff.baseMs / TICK_MS) };
    case "ask":
      return { type: "node-uncertain", ...at, failure: command.failure };
    case "fail": {
      const { code, message } = command.failure;
      const planNode = state.plan.nodes[command.node];
      const branch: StoredValues = { failure: { type: "inline", value: { code, message, details: {} } } };
      const value = { type: "inline" as const, value: planNode?.policy.default ?? null };
      const byDefault = Object.fromEntries(Object.keys(planNode?.outputs ?? {}).map((port) => [port, value]));
      const outputs = { fail: {}, branch, continue: byDefault }[command.handling];
      return { type: "node-failed", ...at, failure: command.failure, handling: command.handling, outputs };
    }
    case "cancel":
      return { type: "node-cancelled", ...at, happened: command.happened };
    case "iterate":
      return { type: "iteration-started", ...at, index: command.index, given: givenAt(state, command) };
    case "end-iteration": {
      const { index, state: ended, outputs, failure } = command;
      return { type: "iteration-finished", ...at, index, state: ended, outputs, ...(failure && { failure }) };
    }
  }
}
