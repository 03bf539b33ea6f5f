import type { StoredValues } from "#runtime/graph/stored-value.ts";
import { FAILURE_PORT } from "#runtime/node/ports.ts";
import type { RunEventBody } from "#runtime/run/events.ts";
import { openChildren } from "#runtime/run/node-runs.ts";
import { nodeKey, type RunState } from "#runtime/run/run-state.ts";
import type { Command } from "#runtime/run/schedule.ts";
import { budgetEvents, isWaitedFor, loanEvents, sentOn, toldOfRaise } from "./budget-events.ts";
import type { RunCommit } from "./committer.ts";
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

/** What goes on downstream when a node has failed: the failure itself and whose it is, the default on every output, or nothing. */
export function failureOutputs(state: RunState, command: Extract<Command, { type: "fail" }>): StoredValues {
  const planNode = state.plan.nodes[command.node];
  const { code, message, details } = command.failure;
  if (command.handling === "branch") {
    const about = { node: planNode?.label, documentation: planNode?.documentation };
    return { [FAILURE_PORT]: { type: "inline", value: JSON.parse(JSON.stringify({ code, message, details: details ?? {}, ...about })) } };
  }
  if (command.handling !== "continue" || !planNode) return {};
  const value = planNode.policy.default ?? null;
  return Object.fromEntries(Object.keys(planNode.outputs).map((port) => [port, { type: "inline" as const, value }]));
}

/** What somebody's message means for the run as it stands; nothing when it comes too late. */
export async function eventsOfMessage(
  message: InboxMessage,
  given: { state: RunState; actor: string; now: () => number; store: (values: Record<string, unknown>) => Promise<StoredValues> },
): Promise<RunEventBody[]> {
  const { state, actor } = given;
  const now = new Date(given.now()).toISOString();
  const { phase } = state;
  if (phase.type === "finished") return [];
  switch (message.type) {
    case "cancel":
      return phase.type === "stopping" ? [] : [{ type: "run-stopping", state: "cancelled", reason: message.reason, actor }];
    case "kill":
      // the run above ends, and takes this one with it
      if (message.above && isWaitedFor(state)) return [];
      return phase.type === "stopping" && phase.state === "killed" ? [] : [{ type: "run-stopping", state: "killed", reason: message.reason, actor }];
    case "hold":
      return phase.type === "created" || phase.type === "running" ? [{ type: "run-held", reason: message.reason, actor }] : [];
    case "resume":
      return phase.type === "held" ? [{ type: "run-resumed", actor }] : [];
    case "decide-wait": {
      const node = state.nodes.get(nodeKey(message.node, message.path));
      const isAsked = node?.state === "waiting" && node.request.kind === "person" && node.request.name === message.name;
      if (!isAsked || phase.type === "stopping") return [];
      const edited = message.edited === undefined ? undefined : (await given.store({ edited: message.edited })).edited;
      const { decision, note } = message;
      const answer = { kind: "person" as const, at: now, decision, ...(edited && { edited }), note, by: actor };
      return [{ type: "wait-answered", node: message.node, path: message.path, name: message.name, answer, actor }];
    }
    case "set-budget":
      return phase.type === "stopping" ? [] : budgetEvents(message, { state, actor, now });
    case "raise":
    case "child-needs":
    case "lend":
    case "raised-above":
      return phase.type === "stopping" ? [] : loanEvents(message, { state, actor, now });
    case "callback": {
      const node = state.nodes.get(nodeKey(message.node, message.path));
      if (!node || "finishedAt" in node || Object.hasOwn(node.answers, message.name) || phase.type === "stopping") return [];
      const { request } = await given.store({ request: message.request });
      if (!request) return [];
      const at = { node: message.node, path: message.path, name: message.name };
      const answer = { kind: "webhook" as const, at: now, request };
      const isAsked = node.state === "waiting" && node.request.kind === "webhook" && node.request.name === message.name;
      return [isAsked ? { type: "wait-answered", ...at, answer, actor } : { type: "callback-received", ...at, answer }];
    }
    case "child-finished": {
      const node = state.nodes.get(nodeKey(message.node, message.path));
      const child = node?.children?.find(({ run }) => run === message.run);
      if (!child || child.end) return [];
      const { type, ...rest } = message;
      return [{ type, name: child.name, ...rest }];
    }
    case "decide-uncertain": {
      const node = state.nodes.get(nodeKey(message.node, message.path));
      if (node?.state !== "uncertain" || phase.type === "stopping") return [];
      const outputs = await given.store(message.outputs);
      return [{ type: "uncertainty-decided", node: message.node, path: message.path, decision: message.decision, outputs, note: message.note, actor }];
    }
  }
}

/** Who holds a run holds the runs it waits for, too; so with going on. What is about budgets goes to the runs above and below. */
export function forwarded(
  events: readonly RunEventBody[],
  { message: given, state, actor }: { message: InboxMessage | undefined; state: RunState; actor: string },
): NonNullable<RunCommit["messages"]> {
  const held = events.flatMap((event) => {
    if (event.type !== "run-held" && event.type !== "run-resumed") return [];
    const message: InboxMessage = event.type === "run-held" ? { type: "hold", reason: event.reason } : { type: "resume" };
    const children = [...state.waiting].flatMap((key) => openChildren(state.nodes.get(key)));
    return children.map((run) => ({ run, message, actor: event.actor }));
  });
  return [...held, ...toldOfRaise(events, state), ...sentOn(given, { state, actor })];
}
