import type { StoredValues } from "../graph/stored-value.ts";
import type { Plan } from "../plan/plan.ts";
import { applyEvent } from "../run/apply-event.ts";
import { createRunState } from "../run/create-run-state.ts";
import type { RunEvent, RunEventBody } from "../run/events.ts";
import { nodeKey, type RunState } from "../run/run-state.ts";
import { type Command, schedule } from "../run/schedule.ts";

/** What a container gives in one iteration, where its lists are inline. */
export function givenAt(state: RunState, { node, path, index }: Extract<Command, { type: "iterate" }>): StoredValues {
  const iterations = state.nodes.get(nodeKey(node, path))?.iterations;
  const values = Object.entries(iterations?.given ?? {}).flatMap(([port, list]) => {
    const value = list.type === "inline" && Array.isArray(list.value) ? list.value[index - (iterations?.first ?? 0)] : undefined;
    return value === undefined ? [] : [[port, { type: "inline" as const, value }] as const];
  });
  return Object.fromEntries(values);
}

/** What a skipped node hands on, where it is inline. */
export function passedOn({ outputs, lists = {} }: Extract<Command, { type: "skip" }>): StoredValues {
  const joined = Object.entries(lists).map(([port, values]) => {
    const value = values.map((one) => (one.type === "inline" ? one.value : null));
    return [port, { type: "inline" as const, value }] as const;
  });
  return { ...outputs, ...Object.fromEntries(joined) };
}

/** What a started node does in a simulation. */
export type Act = (command: Extract<Command, { type: "start" }>) => RunEventBody | undefined;

/**
 * Runs a plan without engine, clock or database: each command is answered at once by the event it leads to. For tests of the
 * scheduler, and for trying a plan. `act` decides how started nodes end; without an answer they stay running.
 */
export function simulate(plan: Plan, act: Act, begin?: RunState): { state: RunState; events: RunEvent[]; commands: Command[] } {
  let state = begin ?? createRunState(plan);
  const events: RunEvent[] = [];
  const commands: Command[] = [];
  const record = (body: RunEventBody) => {
    const event = { ...body, seq: state.seq + 1, at: "2026-01-01T00:00:00.000Z" };
    events.push(event);
    state = applyEvent(state, event);
  };
  for (;;) {
    const next = schedule(plan, state).filter((command) => command.type !== "abort");
    if (next.length === 0) return { state, events, commands };
    commands.push(...next);
    for (const command of next) for (const body of answer(command, state, act)) record(body);
  }
}

function answer(command: Command, state: RunState, act: Act): RunEventBody[] {
  if (command.type === "finish")
    return [{ type: "run-finished", state: command.state, output: command.output, ...(command.failure && { failure: command.failure }) }];
  if (command.type === "abort") return [];
  const at = { node: command.node, path: command.path };
  switch (command.type) {
    case "start": {
      const end = act(command);
      return [{ type: "node-started", ...at, attempt: command.attempt, effect: state.plan.nodes[command.node]?.effect ?? "pure" }, ...(end ? [end] : [])];
    }
    case "skip":
      return [{ type: "node-skipped", ...at, reason: command.reason, outputs: passedOn(command) }];
    case "retry":
      return [
        { type: "node-retrying", ...at, dueAt: "2026-01-01T00:00:00.000Z" },
        { type: "retry-due", ...at },
      ];
    case "ask":
      return [{ type: "node-uncertain", ...at, failure: command.failure }];
    case "fail":
      return [{ type: "node-failed", ...at, failure: command.failure, handling: command.handling, outputs: {} }];
    case "cancel":
      return [{ type: "node-cancelled", ...at, happened: command.happened }];
    case "iterate":
      return [{ type: "iteration-started", ...at, index: command.index, given: givenAt(state, command) }];
    case "end-iteration": {
      const { index, state: ended, outputs, failure } = command;
      return [{ type: "iteration-finished", ...at, index, state: ended, outputs, ...(failure && { failure }) }];
    }
  }
}
