import type { NodeId, RunId } from "#runtime/graph/ids.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import { applyEvent } from "#runtime/run/apply-event.ts";
import type { IterationPath, RunEvent, RunEventBody } from "#runtime/run/events.ts";
import type { AttemptResult } from "#runtime/run/execute-node.ts";
import { toFailure } from "#runtime/run/failure.ts";
import { type NodeKey, nodeKey, type RunState } from "#runtime/run/run-state.ts";
import { type Command, schedule } from "#runtime/run/schedule.ts";
import { type Committer, LeaseLostError } from "./committer.ts";
import { eventsOfMessage, failureOutputs, lostAttempts } from "./driver-events.ts";
import type { InboxEntry } from "./inbox.ts";
import type { NodeRunner } from "./node-runner.ts";
import { nextTimer, projectRun } from "./project-run.ts";
import { storeValues } from "./stored-values.ts";

/** Milliseconds a run may take, waiting excluded, when its graph does not say (`quality.md`: 24 h). */
const DEFAULT_TIMEOUT_MS = 86_400_000;
/** Events one run may have before it is stopped. */
const MAX_EVENTS = 100_000;
/** Longest delay a timer of Node takes. */
const MAX_TIMER_MS = 2_000_000_000;
/** Messages read from the inbox at once. */
const INBOX_PAGE = 500;

export interface DriverGiven {
  run: RunId;
  epoch: number;
  state: RunState;
  committer: Committer;
  runner: NodeRunner;
  /** The oldest messages in the run's inbox. */
  readInbox: (limit: number) => Promise<readonly InboxEntry[]>;
  /** Called once, when the driver lets go of the run. */
  onDone: (end: DriverEnd) => void;
  now: () => number;
  random: () => number;
}

/** An attempt that runs in this process. */
interface UnderWay {
  abort: AbortController;
  /** A write that has begun: stopped now, its end would not be known. */
  mayHaveWritten: boolean;
  done: Promise<void>;
}

interface Draft {
  events: RunEvent[];
  consumed: number[];
  release: boolean;
  committed: Promise<void>;
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

/**
 * Decides for one run while it holds the run's lease: asks `schedule`, carries the commands out, and records what happens. All
 * state is the fold of the log; what is in memory here can be lost at any moment.
 */
export class RunDriver {
  readonly #given: DriverGiven;
  #state: RunState;
  #ended = false;
  #closing = false;
  /** The loop under way, and whether it has to go round once more. */
  #pumping: Promise<void> | undefined;
  #again = false;
  /** Something may be in the inbox. */
  #mail = false;
  /** Messages of the inbox that are on their way to the log, and still in the table. */
  readonly #taken = new Set<number>();
  #timer: NodeJS.Timeout | undefined;
  #lastCommit: Promise<void> = Promise.resolve();
  /** What is recorded without anything awaited in between: it becomes one commit. */
  #draft: Draft | undefined;
  /** The commit of the last write's result: nothing is scheduled before it. */
  #barrier: Promise<void> | undefined;
  readonly #attempts = new Map<NodeKey, UnderWay>();

  constructor(given: DriverGiven) {
    this.#given = given;
    this.#state = given.state;
    const lost = lostAttempts(given.state);
    if (lost.length > 0) this.#record(lost);
    this.poke();
  }

  /** Something may be in the inbox. */
  poke(): void {
    this.#mail = true;
    this.#proceed();
  }

  /** Something may be ready to start. Does not look into the inbox: pure work never waits for the database. */
  #proceed(): void {
    if (this.#ended || this.#closing) return;
    this.#again = true;
    this.#pumping ??= this.#pump();
  }

  /** Lets go at once: the lease is no longer ours. Nothing more is recorded. */
  abandon(): void {
    this.#finish({ type: "lost" });
  }

  /** Stops in good order: repeatable work is aborted and noted, writes may end, the lease is given back. */
  async close(): Promise<void> {
    if (this.#ended) return;
    this.#closing = true;
    this.#abort("repeatable", new NodeError("worker-lost", "Heddle was stopped; the attempt is made again.", { happened: "no" }));
    await Promise.all([...this.#attempts.values()].map(({ done }) => done));
    await this.#pumping;
    if (this.#ended) return;
    await this.#record([], { release: true }).catch(() => undefined);
    this.#finish({ type: "released", wakeAt: null, poked: false });
  }

  #finish(end: DriverEnd): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#timer);
    for (const { abort } of this.#attempts.values()) abort.abort(new NodeError("cancelled", "The run is no longer driven here.", { happened: "unknown" }));
    this.#given.onDone(end);
  }

  readonly #fail = (error: unknown): void => this.#finish(error instanceof LeaseLostError ? { type: "lost" } : { type: "failed", error });

  /** Applies events here and hands them to the committer; resolves when they are durable. Nobody has to wait for that. */
  readonly #record = (bodies: readonly RunEventBody[], options: { consumed?: number; release?: boolean } = {}): Promise<void> => {
    if (this.#ended) return refused();
    const draft = this.#draft ?? this.#openDraft();
    const at = new Date(this.#given.now()).toISOString();
    for (const body of bodies) {
      const event: RunEvent = { ...body, seq: this.#state.seq + 1, at };
      this.#state = applyEvent(this.#state, event);
      draft.events.push(event);
    }
    if (options.consumed !== undefined) draft.consumed.push(options.consumed);
    draft.release ||= options.release ?? false;
    return draft.committed;
  };

  #openDraft(): Draft {
    const committed = Promise.resolve().then(() => {
      this.#draft = undefined;
      if (this.#ended) return refused();
      const { run, epoch, committer } = this.#given;
      const { events, consumed, release } = draft;
      return committer.submit({ run, epoch, events, consumed, projection: projectRun(this.#state, release) });
    });
    const draft: Draft = { events: [], consumed: [], release: false, committed };
    committed.catch(this.#fail);
    this.#lastCommit = committed;
    this.#draft = draft;
    return draft;
  }

  async #pump(): Promise<void> {
    try {
      while (this.#again && !this.#ended && !this.#closing) {
        this.#again = false;
        await this.#turn();
      }
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#pumping = undefined;
    }
  }

  async #turn(): Promise<void> {
    if (this.#mail) await this.#drainInbox();
    for (;;) {
      await this.#writesAreDurable();
      if (this.#ended || this.#closing) return;
      this.#fireTimers();
      const commands = schedule(this.#state.plan, this.#state);
      for (const command of commands) if (!this.#ended) this.#carryOut(command);
      if (!commands.some((command) => command.type !== "abort")) break;
    }
    if (this.#state.phase.type === "finished") {
      await this.#lastCommit;
      this.#finish({ type: "finished" });
    } else if (this.#attempts.size === 0 && this.#state.running.size === 0 && !this.#again) {
      await this.#record([], { release: true });
      this.#finish({ type: "released", wakeAt: nextTimer(this.#state), poked: this.#again });
    } else this.#armTimer();
  }

  async #writesAreDurable(): Promise<void> {
    while (this.#barrier) {
      const barrier = this.#barrier;
      await barrier;
      if (this.#barrier === barrier) this.#barrier = undefined;
    }
  }

  async #drainInbox(): Promise<void> {
    this.#mail = false;
    const entries = await this.#given.readInbox(INBOX_PAGE);
    for (const { id, message, actor } of entries) {
      if (this.#ended) return;
      if (this.#taken.has(id)) continue;
      this.#taken.add(id);
      const store = (values: Record<string, unknown>) => storeValues(values, this.#given.runner.blobs);
      const events = message ? await eventsOfMessage(message, { state: this.#state, actor, store }) : [];
      const recorded = this.#record(events, { consumed: id });
      recorded.then(
        () => this.#taken.delete(id),
        () => undefined,
      );
    }
    // the rest comes into sight when these are out of the table
    if (entries.length === INBOX_PAGE)
      this.#lastCommit.then(
        () => this.poke(),
        () => undefined,
      );
  }

  #carryOut(command: Command): void {
    if (command.type === "abort") {
      this.#abort(command.scope, new NodeError("cancelled", "The run was stopped.", { happened: "unknown" }));
      return;
    }
    if (command.type === "start") {
      this.#start(command);
      return;
    }
    if (command.type === "finish") {
      this.#record([{ type: "run-finished", state: command.state, output: command.output, ...(command.failure && { failure: command.failure }) }]);
      return;
    }
    const at = { node: command.node, path: command.path };
    switch (command.type) {
      case "skip":
        this.#record([{ type: "node-skipped", ...at, reason: command.reason, outputs: command.outputs }]);
        return;
      case "retry": {
        const { baseMs, capMs, atLeastMs } = command.backoff;
        const attempt = this.#state.nodes.get(nodeKey(command.node, command.path))?.attempt ?? 1;
        const spread = Math.min(capMs, baseMs * 2 ** (attempt - 1));
        const dueAt = new Date(this.#given.now() + atLeastMs + this.#given.random() * spread).toISOString();
        this.#record([{ type: "node-retrying", ...at, dueAt }]);
        return;
      }
      case "ask":
        this.#record([{ type: "node-uncertain", ...at, failure: command.failure }]);
        return;
      case "fail":
        this.#record([{ type: "node-failed", ...at, failure: command.failure, handling: command.handling, outputs: failureOutputs(this.#state, command) }]);
        return;
      case "cancel":
        this.#record([{ type: "node-cancelled", ...at, happened: command.happened }]);
        return;
    }
  }

  #start(command: Extract<Command, { type: "start" }>): void {
    const planNode = this.#state.plan.nodes[command.node];
    if (!planNode) return;
    const writes = planNode.effect === "write" || planNode.effect === "keyed";
    const at = { node: command.node, path: command.path };
    const intent = this.#record([{ type: "node-started", ...at, attempt: command.attempt, effect: planNode.effect }]);
    const abort = new AbortController();
    const key = nodeKey(command.node, command.path);
    const work = async () => {
      // before a write starts, all it depends on is durable and its intent is recorded
      if (writes) await intent;
      underWay.mayHaveWritten = writes;
      const { run, runner } = this.#given;
      const { result, lines } = await runner.run({
        run,
        state: this.#state,
        planNode,
        path: command.path,
        attempt: command.attempt,
        abort,
        record: this.#record,
      });
      const ending = await this.#conclude(at, command.attempt, result);
      this.#attempts.delete(key);
      if (this.#ended) return;
      const recorded = this.#record([...(lines.length > 0 ? [{ type: "node-logged" as const, ...at, lines: [...lines] }] : []), ...ending]);
      // a write's result is durable before anything downstream starts
      if (writes) this.#barrier = recorded;
      this.#proceed();
    };
    const underWay: UnderWay = { abort, mayHaveWritten: false, done: Promise.resolve() };
    this.#attempts.set(key, underWay);
    underWay.done = work().catch(this.#fail);
  }

  async #conclude(at: { node: NodeId; path: IterationPath }, attempt: number, result: AttemptResult): Promise<RunEventBody[]> {
    switch (result.type) {
      case "done":
        try {
          return [{ type: "node-succeeded", ...at, outputs: await storeValues(result.outputs, this.#given.runner.blobs) }];
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
  }

  #abort(scope: "all" | "repeatable", reason: NodeError): void {
    for (const { abort, mayHaveWritten } of this.#attempts.values()) if (scope === "all" || !mayHaveWritten) abort.abort(reason);
  }

  /** Ends the waits whose time has come, and the run itself when it has had all the time or events there are. */
  #fireTimers(): void {
    const now = this.#given.now();
    for (const key of [...this.#state.waiting]) {
      const node = this.#state.nodes.get(key);
      if (node?.state === "retrying" && Date.parse(node.dueAt) <= now) this.#record([{ type: "retry-due", node: node.node, path: node.path }]);
      if (node?.state === "waiting" && Date.parse(node.request.until) <= now) {
        const answer = { kind: "time", at: new Date(now).toISOString() } as const;
        this.#record([{ type: "wait-answered", node: node.node, path: node.path, name: node.request.name, answer, actor: "clock" }]);
      }
    }
    const { phase, activeMs, activeSince, seq } = this.#state;
    if (phase.type === "stopping" || phase.type === "finished") return;
    const active = activeMs + (activeSince ? now - Date.parse(activeSince) : 0);
    if (active >= this.#timeoutMs())
      this.#record([{ type: "run-stopping", state: "timed-out", reason: `The run took longer than ${this.#timeoutMs()} ms.`, actor: "clock" }]);
    else if (seq > MAX_EVENTS)
      this.#record([{ type: "run-stopping", state: "failed", reason: `The run recorded more than ${MAX_EVENTS} events.`, actor: "clock" }]);
  }

  #timeoutMs(): number {
    return this.#state.plan.settings.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  }

  #armTimer(): void {
    clearTimeout(this.#timer);
    const { activeSince, activeMs } = this.#state;
    const due = nextTimer(this.#state)?.getTime() ?? Number.POSITIVE_INFINITY;
    const deadline = activeSince ? Date.parse(activeSince) + this.#timeoutMs() - activeMs : Number.POSITIVE_INFINITY;
    const delay = Math.min(due, deadline) - this.#given.now();
    if (Number.isFinite(delay)) this.#timer = setTimeout(() => this.#proceed(), Math.min(Math.max(delay, 0), MAX_TIMER_MS));
  }
}

function refused(): Promise<never> {
  const rejected = Promise.reject(new LeaseLostError("The run is no longer driven here."));
  rejected.catch(() => undefined);
  return rejected;
}
