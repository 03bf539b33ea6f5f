import type { RunEventBody } from "#runtime/run/events.ts";
import { openChildren } from "#runtime/run/node-runs.ts";
import { nodeKey, type RunState } from "#runtime/run/run-state.ts";
import type { Command } from "#runtime/run/schedule.ts";
import type { RunCommit } from "./committer.ts";
import { failureOutputs } from "./driver-events.ts";
import type { createGivenValues } from "./given-values.ts";
import type { InboxMessage } from "./inbox.ts";

/** Commands that are carried out by recording that they were. */
export type RecordedCommand = Exclude<Command, { type: "start" | "abort" | "finish" }>;

interface Given {
  state: RunState;
  givenValues: ReturnType<typeof createGivenValues>;
  now: () => number;
  random: () => number;
}

/** What is recorded when a command is carried out, and what other runs are told. Chosen instants and jitter become events here. */
export function eventsOfCommand(command: RecordedCommand, given: Given): { events: RunEventBody[]; messages?: NonNullable<RunCommit["messages"]> } {
  const { state } = given;
  const at = { node: command.node, path: command.path };
  switch (command.type) {
    case "skip":
      return { events: [{ type: "node-skipped", ...at, reason: command.reason, outputs: command.outputs }] };
    case "retry": {
      const { baseMs, capMs, atLeastMs } = command.backoff;
      const attempt = state.nodes.get(nodeKey(command.node, command.path))?.attempt ?? 1;
      const spread = Math.min(capMs, baseMs * 2 ** (attempt - 1));
      const dueAt = new Date(given.now() + atLeastMs + given.random() * spread).toISOString();
      return { events: [{ type: "node-retrying", ...at, dueAt }] };
    }
    case "ask":
      return { events: [{ type: "node-uncertain", ...at, failure: command.failure }] };
    case "fail":
      return { events: [{ type: "node-failed", ...at, failure: command.failure, handling: command.handling, outputs: failureOutputs(state, command) }] };
    case "cancel": {
      const run = state.nodes.get(nodeKey(command.node, command.path));
      const message = stopMessage(state);
      const messages = openChildren(run).map((child) => ({ run: child, message, actor: "run" }));
      return { events: [{ type: "node-cancelled", ...at, happened: command.happened }], ...(messages.length > 0 && { messages }) };
    }
    case "iterate":
      return { events: [{ type: "iteration-started", ...at, index: command.index, given: given.givenValues.at(state, command) }] };
    case "end-iteration": {
      const { index, state: ended, outputs, failure } = command;
      return { events: [{ type: "iteration-finished", ...at, index, state: ended, outputs, ...(failure && { failure }) }] };
    }
  }
}

/** Characters of a reason that an inbox takes. */
const MAX_REASON = 2_000;

/** What a run is told that is no longer waited for. */
function stopMessage({ origin, phase }: RunState): InboxMessage {
  const run = `The run ${origin?.run}, which waits for this one,`;
  if (phase.type !== "stopping") return { type: "cancel", reason: `${run} goes on without it: something else has failed.` };
  return { type: phase.state === "killed" ? "kill" : "cancel", reason: `${run} was stopped: ${phase.reason}`.slice(0, MAX_REASON) };
}
