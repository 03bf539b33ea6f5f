import type { NodeId, RunId } from "#runtime/graph/ids.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import { applyEvent } from "#runtime/run/apply-event.ts";
import type { IterationPath, RunEvent, RunEventBody } from "#runtime/run/events.ts";
import type { AttemptResult } from "#runtime/run/execute-node.ts";
import { toFailure } from "#runtime/run/failure.ts";
import { type NodeKey, nodeKey, type RunState } from "#runtime/run/run-state.ts";
import { type Command, schedule } from "#runtime/run/schedule.ts";
import type { StoredValues } from "#runtime/run/values.ts";
import { type Committer, LeaseLostError } from "./committer.ts";
import type { InboxMessage } from "./inbox.ts";
import type { NodeRunner } from "./node-runner.ts";
import { nextTimer, projectRun } from "./project-run.ts";
import { storeValues } from "./stored-values.ts";

/** Milliseconds a run may take, waiting excluded, when its graph does not say (`quality.md`: 24 h). */
const DEFAULT_TIMEOUT_MS = 86_400_000;
/** Events one run may have; the rest is kept for its end. */
const MAX_EVENTS = 100_000;
const MAX_TIMER_MS = 2_000_000_000;

export interface DriverGiven {
  run: RunId;
  epoch: number;
  state: RunState;
  committer: Committer;
  runner: NodeRunner;
  drainInbox: () => Promise<{ id: number; message: InboxMessage; actor: string }[]>;
  /** Called once, when the driver lets go of the run. */
  onDone: (end: DriverEnd) => void;
  now: () => number;
  random: () => number;
}

export type DriverEnd =
  | { type: "finished" | "lost" }
  | {
      /** Nothing to do until something comes from outside. */
      type: "released";
      wakeAt: Date | null;
      /** Something came while the lease was given back: look again. */
      poked: boolean;
    }
  | { type: "failed"; error: unknown };

export interface RunDriver {
  /** Something may be in the inbox. */
  poke(): void;
  /** Lets go at once: the lease is no longer ours. Nothing more is recorded. */
  abandon(): void;
  /** Stops in good order: repeatable work is aborted and noted, writes may end, the lease is given back. */
  close(): Promise<void>;
}

/**
 * Decides for one run while it holds the run's lease: asks `schedule`, carries the commands out, and records what happens. All
 * state is the fold of the log; what is in memory here can be lost at any moment.
 */
export function driveRun(given: DriverGiven): RunDriver {
  const { run, epoch, committer, runner } = given;
  let state = given.state;
  let ended = false;
  let closing = false;
  let pumping: Promise<void> | undefined;
  let again = false;
  let unpublished: Promise<void> = Promise.resolve();
  /** The commit of the last write's result: nothing is scheduled before it. */
  let barrier: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  const attempts = new Map<NodeKey, { abort: AbortController; done: Promise<void> }>();

  const finish = (end: DriverEnd) => {
    if (ended) return;
    ended = true;
    clearTimeout(timer);
    for (const { abort } of attempts.values()) abort.abort(new NodeError("cancelled", "The run is no longer driven here.", { happened: "unknown" }));
    given.onDone(end);
  };
  const onCommitError = (error: unknown) => finish(error instanceof LeaseLostError ? { type: "lost" } : { type: "failed", error });

  /** Applies events here and hands them to the committer; resolves when they are durable. */
  const record = (bodies: readonly RunEventBody[], options: { consumed?: readonly number[]; release?: boolean } = {}): Promise<void> => {
    if (ended) return Promise.reject(new LeaseLostError("The run is no longer driven here."));
    const at = new Date(given.now()).toISOString();
    const events: RunEvent[] = bodies.map((body, index) => ({ ...body, seq: state.seq + 1 + index, at }));
    for (const event of events) state = applyEvent(state, event);
    const committed = committer.submit({ run, epoch, events, projection: projectRun(state, options.release ?? false), consumed: options.consumed ?? [] });
    committed.catch(onCommitError);
    unpublished = committed;
    return committed;
  };

  const begin = (command: Extract<Command, { type: "start" }>) => {
    const at = { node: command.node, path: command.path };
    const key = nodeKey(command.node, command.path);
    const planNode = state.plan.nodes[command.node];
    if (!planNode) return;
    const intent = record([{ type: "node-started", ...at, attempt: command.attempt, effect: planNode.effect }]);
    const abort = new AbortController();
    const work = async () => {
      // before a write starts, all it depends on is durable and its intent is recorded
      if (planNode.effect === "write" || planNode.effect === "keyed") await intent;
      const lines: Extract<RunEventBody, { type: "node-logged" }>["lines"] = [];
      const result = await runner.run({ run, state, planNode, path: command.path, attempt: command.attempt, abort, lines, record });
      attempts.delete(key);
      const logged: RunEventBody[] = lines.length > 0 ? [{ type: "node-logged", ...at, lines }] : [];
      if (ended) return;
      const recorded = record([...logged, ...(await conclude(at, command.attempt, result))]);
      // a write's result is durable before anything downstream starts
      if (planNode.effect === "write" || planNode.effect === "keyed") barrier = recorded;
      pump();
    };
    attempts.set(key, { abort, done: work().catch(onCommitError) });
  };

  const conclude = async (at: { node: NodeId; path: IterationPath }, attempt: number, result: AttemptResult): Promise<RunEventBody[]> => {
    switch (result.type) {
      case "done":
        try {
          return [{ type: "node-succeeded", ...at, outputs: await storeValues(result.outputs, runner.blobs) }];
        } catch (error) {
          return [{ type: "attempt-failed", ...at, attempt, failure: toFailure(error) }];
        }
      case "wait":
        return [{ type: "node-waiting", ...at, request: result.request }];
      case "stop":
        return [
          { type: "node-succeeded", ...at, outputs: {} },
          { type: "run-stopping", state: result.state, reason: result.reason, actor: "run" },
        ];
      case "failed":
        return [{ type: "attempt-failed", ...at, attempt, failure: result.failure }];
    }
  };

  const carryOut = (command: Command) => {
    switch (command.type) {
      case "start":
        return begin(command);
      case "skip":
        return void record([{ type: "node-skipped", node: command.node, path: command.path, reason: command.reason, outputs: command.outputs }]);
      case "retry": {
        const { baseMs, capMs, atLeastMs } = command.backoff;
        const attempt = state.nodes.get(nodeKey(command.node, command.path))?.attempt ?? 1;
        const spread = Math.min(capMs, baseMs * 2 ** (attempt - 1));
        const dueAt = new Date(given.now() + atLeastMs + given.random() * spread).toISOString();
        return void record([{ type: "node-retrying", node: command.node, path: command.path, dueAt }]);
      }
      case "ask":
        return void record([{ type: "node-uncertain", node: command.node, path: command.path, failure: command.failure }]);
      case "fail":
        return void record([{ type: "node-failed", node: command.node, path: command.path, failure: command.failure, handling: command.handling, outputs: failureOutputs(state, command) }]);
      case "cancel":
        return void record([{ type: "node-cancelled", node: command.node, path: command.path, happened: command.happened }]);
      case "abort":
        return abortRunning(command.scope, new NodeError("cancelled", "The run was stopped.", { happened: "unknown" }));
      case "finish":
        return void record([{ type: "run-finished", state: command.state, output: command.output, ...(command.failure && { failure: command.failure }) }]);
    }
  };

  const abortRunning = (scope: "all" | "repeatable", reason: NodeError) => {
    for (const [key, { abort }] of attempts) {
      const node = state.nodes.get(key)?.node;
      const effect = node ? state.plan.nodes[node]?.effect : undefined;
      if (scope === "all" || effect === "pure" || effect === "read") abort.abort(reason);
    }
  };

  const fireTimers = () => {
    const now = given.now();
    for (const key of [...state.waiting]) {
      const node = state.nodes.get(key);
      if (node?.state === "retrying" && Date.parse(node.dueAt) <= now) void record([{ type: "retry-due", node: node.node, path: node.path }]);
      if (node?.state === "waiting" && Date.parse(node.request.until) <= now) {
        const answer = { kind: "time", at: new Date(now).toISOString() } as const;
        void record([{ type: "wait-answered", node: node.node, path: node.path, name: node.request.name, answer, actor: "clock" }]);
      }
    }
    const { phase } = state;
    const active = state.activeMs + (state.activeSince ? now - Date.parse(state.activeSince) : 0);
    const timeoutMs = state.plan.settings.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    if (phase.type !== "stopping" && phase.type !== "finished") {
      if (active >= timeoutMs) void record([{ type: "run-stopping", state: "timed-out", reason: `The run took longer than ${timeoutMs} ms.`, actor: "clock" }]);
      else if (state.seq > MAX_EVENTS) void record([{ type: "run-stopping", state: "failed", reason: `The run recorded more than ${MAX_EVENTS} events.`, actor: "clock" }]);
    }
  };

  const drain = async () => {
    for (const { id, message, actor } of await given.drainInbox()) {
      if (ended) return;
      const events = await eventsOfMessage(message, { state, actor, store: (values) => storeValues(values, runner.blobs) });
      void record(events, { consumed: [id] });
    }
  };

  const turn = async () => {
    await drain();
    for (;;) {
      while (barrier) {
        const current = barrier;
        await current;
        if (barrier === current) barrier = undefined;
      }
      if (ended || closing) return;
      fireTimers();
      const commands = schedule(state.plan, state);
      for (const command of commands) if (!ended) carryOut(command);
      if (!commands.some((command) => command.type !== "abort")) break;
    }
    if (state.phase.type === "finished") {
      await unpublished;
      return finish({ type: "finished" });
    }
    if (attempts.size === 0 && state.running.size === 0 && !again) {
      await record([], { release: true });
      return finish({ type: "released", wakeAt: nextTimer(state), poked: again });
    }
    armTimer();
  };

  const armTimer = () => {
    clearTimeout(timer);
    const due = nextTimer(state)?.getTime() ?? Number.POSITIVE_INFINITY;
    const timeoutMs = state.plan.settings.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    const deadline = state.activeSince ? Date.parse(state.activeSince) + timeoutMs - state.activeMs : Number.POSITIVE_INFINITY;
    const delay = Math.min(due, deadline) - given.now();
    if (Number.isFinite(delay)) timer = setTimeout(pump, Math.min(Math.max(delay, 0), MAX_TIMER_MS));
  };

  const pump = () => {
    if (ended || closing) return;
    again = true;
    pumping ??= (async () => {
      while (again && !ended && !closing) {
        again = false;
        await turn();
      }
    })()
      .catch(onCommitError)
      .finally(() => {
        pumping = undefined;
        if (again) pump();
      });
  };

  recoverLost(state, record);
  pump();
  return {
    poke: pump,
    abandon: () => finish({ type: "lost" }),
    close: async () => {
      if (ended) return;
      closing = true;
      abortRunning("repeatable", new NodeError("worker-lost", "Heddle was stopped; the attempt is made again.", { happened: "no" }));
      await Promise.all([...attempts.values()].map(({ done }) => done));
      await pumping;
      if (ended) return;
      await record([], { release: true }).catch(onCommitError);
      finish({ type: "released", wakeAt: null, poked: false });
    },
  };
}

/** Attempts under way when the last driver was lost have failed; `schedule` decides what becomes of them. */
function recoverLost(state: RunState, record: (bodies: RunEventBody[]) => Promise<void>): void {
  const lost: RunEventBody[] = [...state.running].flatMap((key) => {
    const node = state.nodes.get(key);
    if (!node) return [];
    const failure = { code: "worker-lost" as const, message: "The process that ran this ended.", happened: "unknown" as const };
    return [{ type: "attempt-failed" as const, node: node.node, path: node.path, attempt: node.attempt, failure }];
  });
  if (lost.length > 0) void record(lost);
}

/** What goes on downstream when a node has failed: the failure itself, the default on every output, or nothing. */
function failureOutputs(state: RunState, command: Extract<Command, { type: "fail" }>): StoredValues {
  const planNode = state.plan.nodes[command.node];
  const { code, message, details } = command.failure;
  if (command.handling === "branch") return { failure: { type: "inline", value: JSON.parse(JSON.stringify({ code, message, details: details ?? {} })) } };
  if (command.handling !== "continue" || !planNode) return {};
  const value = planNode.policy.default ?? null;
  return Object.fromEntries(Object.keys(planNode.outputs).map((port) => [port, { type: "inline" as const, value }]));
}

/** What somebody's message means for the run as it stands; nothing when it comes too late. */
async function eventsOfMessage(
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
