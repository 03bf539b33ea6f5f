import type { RunEventBody } from "#runtime/run/events.ts";
import { nodeKey, type RunState } from "#runtime/run/run-state.ts";
import type { Command } from "#runtime/run/schedule.ts";
import type { StoredValues } from "#runtime/run/values.ts";
import type { InboxMessage } from "./inbox.ts";

/** Attempts under way when the last driver was lost have failed; `schedule` decides what becomes of them. */
export function lostAttempts(state: RunState): RunEventBody[] {
  return [...state.running].flatMap((key) => {
    const node = state.nodes.get(key);
    if (!node) return [];
    const failure = { code: "worker-lost" as const, message: "The process that ran this ended.", happened: "unknown" as const };
    return [{ type: "attempt-failed" as const, node: node.node, path: node.path, attempt: node.attempt, failure }];
  });
}

/** What goes on downstream when a node has failed: the failure itself, the default on every output, or nothing. */
export function failureOutputs(state: RunState, command: Extract<Command, { type: "fail" }>): StoredValues {
  const planNode = state.plan.nodes[command.node];
  const { code, message, details } = command.failure;
  if (command.handling === "branch") return { failure: { type: "inline", value: JSON.parse(JSON.stringify({ code, message, details: details ?? {} })) } };
  if (command.handling !== "continue" || !planNode) return {};
  const value = planNode.policy.default ?? null;
  return Object.fromEntries(Object.keys(planNode.outputs).map((port) => [port, { type: "inline" as const, value }]));
}

/** What somebody's message means for the run as it stands; nothing when it comes too late. */
export async function eventsOfMessage(
  message: InboxMessage,
  given: { state: RunState; actor: string; store: (values: Record<string, unknown>) => Promise<StoredValues> },
): Promise<RunEventBody[]> {
  const { state, actor } = given;
  const { phase } = state;
  if (phase.type === "finished") return [];
  switch (message.type) {
    case "cancel":
      return phase.type === "stopping" ? [] : [{ type: "run-stopping", state: "cancelled", reason: message.reason, actor }];
    case "kill":
      return phase.type === "stopping" && phase.state === "killed" ? [] : [{ type: "run-stopping", state: "killed", reason: message.reason, actor }];
    case "hold":
      return phase.type === "created" || phase.type === "running" ? [{ type: "run-held", reason: message.reason, actor }] : [];
    case "resume":
      return phase.type === "held" ? [{ type: "run-resumed", actor }] : [];
    case "decide-uncertain": {
      const node = state.nodes.get(nodeKey(message.node, message.path));
      if (node?.state !== "uncertain" || phase.type === "stopping") return [];
      const outputs = await given.store(message.outputs);
      return [{ type: "uncertainty-decided", node: message.node, path: message.path, decision: message.decision, outputs, note: message.note, actor }];
    }
  }
}
