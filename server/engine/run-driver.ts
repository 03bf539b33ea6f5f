import type { GraphId, RunId } from "#runtime/graph/ids.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import type { RunEvent } from "#runtime/run/events.ts";
import { isWithin } from "#runtime/run/node-runs.ts";
import { type NodeKey, nodeKey, type RunState } from "#runtime/run/run-state.ts";
import { type Command, schedule } from "#runtime/run/schedule.ts";
import { shortageOf, timeShortage } from "#runtime/run/shortage.ts";
import { breathe } from "./breathe.ts";
import { type Promises, recordBudgets } from "./budget-turn.ts";
import type { Children } from "./children.ts";
import { eventsOfCommand } from "./command-events.ts";
import { type Committer, LeaseLostError, type RunCommit } from "./committer.ts";
import { type ConcludeGiven, type Conclusion, conclude, concludeDelegated, concludeElsewhere, lendTo } from "./conclude.ts";
import { endMessages, finishEvent, handlerOf } from "./driver-ending.ts";
import { eventsOfMessage, forwarded, lostAttempts } from "./driver-events.ts";
import { dueEvents, limitEvents, nextDeadline } from "./driver-timers.ts";
import { failpoint } from "./failpoints.ts";
import { createGivenValues } from "./given-values.ts";
import type { InboxEntry } from "./inbox.ts";
import { awaitsChildren } from "./left-children.ts";
import type { NodeRunner } from "./node-runner.ts";
import { passOn } from "./pass-on.ts";
import { nextTimer } from "./project-run.ts";
import { RunLog } from "./run-log.ts";
import { sizeOf } from "./sizes.ts";
import type { Slots } from "./slots.ts";
import { storeValues } from "./stored-values.ts";

/** Longest delay a timer of Node takes. */
const MAX_TIMER_MS = 2_000_000_000;
/** Messages read from the inbox at once. */
const INBOX_PAGE = 500;
const INBOX_RETRY_MS = 1_000;

export interface DriverGiven {
  run: RunId;
  workspace: string;
  graph: GraphId;
  revision: number;
  epoch: number;
  state: RunState;
  /** The run and its first events, when nothing of it is recorded yet: they go with its first commit, and are in `state` already. */
  create?: { run: NonNullable<RunCommit["create"]>; events: readonly RunEvent[] } | undefined;
  /** Bytes of what its log holds so far. */
  bytes: number;
  committer: Committer;
  runner: NodeRunner;
  children: Children;
  slots: Slots;
  /** Whether this process may run its nodes at all: one that lacks the run's label may only end it. */
  isMine: boolean;
  /** Whether the database confirmed the lease less than its length ago. */
  isLeaseFresh: () => boolean;
  /** The oldest messages in the run's inbox. */
  readInbox: (limit: number) => Promise<readonly InboxEntry[]>;
  /** The fold as text, when so many events have been recorded that it is worth keeping. */
  snapshot: (state: RunState) => RunCommit["snapshot"];
  /** Called once, when the driver lets go of the run. */
  onDone: (end: DriverEnd) => void;
  now: () => number;
  random: () => number;
}

/** An attempt that runs in this process. */
interface UnderWay {
  node: { node: ConcludeGiven["planNode"]["id"]; path: readonly number[] };
  abort: AbortController;
  /** A write that has begun: stopped now, its end would not be known. */
  mayHaveWritten: boolean;
  done: Promise<void>;
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
  readonly #log: RunLog;
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
  /** Milliseconds at which it is to look again. */
  #timerAt = Number.POSITIVE_INFINITY;
  /** What has to be durable before anything goes on: the commit of the last write's result. */
  #lastWrite: Promise<void> | undefined;
  readonly #attempts = new Map<NodeKey, UnderWay>();
  readonly #promises: Promises = new Map();
  readonly #givenValues: ReturnType<typeof createGivenValues>;
  #bytes: number;
  /** Milliseconds of the last sign of life. */
  #lastActivity: number;

  constructor(given: DriverGiven) {
    this.#given = given;
    this.#log = new RunLog({ ...given, onRefused: this.#fail });
    this.#bytes = given.bytes;
    this.#lastActivity = given.now();
    this.#givenValues = createGivenValues(given.runner.blobs);
    // somebody may have used its key before: then there is no such run, and nothing may be asked of others for it
    if (given.create?.run.idempotencyKey !== undefined) this.#lastWrite = this.#log.created;
    const lost = lostAttempts(given.state);
    if (lost.length > 0) this.#record(lost);
    if (given.create) this.#proceed();
    else this.poke();
  }

  /** Settles when the run itself is recorded. */
  get created(): Promise<void> {
    return this.#log.created;
  }

  get #state(): RunState {
    return this.#log.state;
  }

  readonly #record: RunLog["record"] = (bodies, options) => {
    if (bodies.length > 0) this.#lastActivity = this.#given.now();
    for (const body of bodies) if (body.type === "step-finished") this.#bytes += sizeOf(body);
    return this.#log.record(bodies, options);
  };

  /** Something may be in the inbox. */
  poke(): void {
    this.#mail = true;
    this.#proceed();
  }

  /** Something may be ready to start. Does not look into the inbox: pure work never waits for the database. */
  readonly #proceed = (): void => {
    if (this.#ended || this.#closing) return;
    this.#again = true;
    this.#pumping ??= this.#pump();
  };

  /** Lets go at once: the lease is no longer ours. Nothing more is recorded. */
  abandon(): void {
    this.#finish({ type: "lost" });
  }

  /** Stops in good order: repeatable work is aborted and noted, writes may end, the lease is given back. */
  async close(): Promise<void> {
    if (this.#ended) return;
    this.#closing = true;
    this.#abort(new NodeError("worker-lost", "Heddle was stopped; the attempt is made again.", { happened: "no" }), { scope: "repeatable" });
    await Promise.all([...this.#attempts.values()].map(({ done }) => done));
    await this.#pumping;
    if (this.#ended) return;
    await this.#record([], { release: true }).catch(() => undefined);
    this.#finish({ type: "released", wakeAt: null, poked: false });
  }

  #finish(end: DriverEnd): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#log.close();
    clearTimeout(this.#timer);
    this.#given.slots.forget(this.#given);
    for (const { abort } of this.#attempts.values()) abort.abort(new NodeError("worker-lost", "The run is no longer driven here.", { happened: "unknown" }));
    this.#given.onDone(end);
  }

  readonly #fail = (error: unknown): void => this.#finish(error instanceof LeaseLostError ? { type: "lost" } : { type: "failed", error });

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
    let isCrowded = false;
    for (;;) {
      // more may come while it is awaited
      while (this.#givenValues.lacks(this.#state)) await this.#givenValues.load(this.#state);
      if (this.#ended || this.#closing) return;
      this.#fireTimers();
      const commands = schedule(this.#state.plan, this.#state);
      let isIdle = true;
      for (const command of commands) {
        if (this.#ended) return;
        if (command.type === "start" && !this.#given.isMine) continue;
        if (command.type === "start" && !this.#given.slots.take(this.#given, this.#proceed)) isCrowded = true;
        else if (command.type === "finish" && awaitsChildren(this.#state, this.#given.now())) continue;
        else if (command.type === "finish") await this.#conclude(command);
        else if (command.type !== "skip" || !command.lists) this.#carryOut(command);
        else this.#record([await passOn(command, { blobs: this.#given.runner.blobs, isOver: () => this.#ended })]);
        isIdle &&= command.type === "abort" || (command.type === "start" && isCrowded);
        // something else may have happened meanwhile: ask again
        if (command.type === "skip" && command.lists) break;
      }
      if (isIdle) break;
    }
    if (!isCrowded) this.#given.slots.forget(this.#given);
    if (this.#state.phase.type === "finished") {
      await this.#log.lastCommit;
      this.#finish({ type: "finished" });
    } else if (this.#attempts.size === 0 && this.#state.running.size === 0 && !this.#again && !isCrowded) {
      failpoint("before-release");
      await this.#record([], { release: true });
      this.#finish({ type: "released", wakeAt: nextTimer(this.#state), poked: this.#again });
    } else this.#armTimer();
  }

  async #drainInbox(): Promise<void> {
    this.#mail = false;
    failpoint("before-inbox-drain");
    let entries: readonly InboxEntry[] = [];
    try {
      entries = await this.#given.readInbox(INBOX_PAGE);
    } catch {
      // the database is away: what runs goes on, and the inbox is looked into when it is back
      setTimeout(() => this.poke(), INBOX_RETRY_MS).unref();
    }
    for (const { id, message, actor } of entries) {
      if (this.#ended) return;
      if (this.#taken.has(id)) continue;
      this.#taken.add(id);
      const store = (values: Record<string, unknown>) => storeValues(values, this.#given.runner.blobs);
      const events = message ? await eventsOfMessage(message, { state: this.#state, actor, store, now: this.#given.now }) : [];
      const recorded = this.#record(events, { consumed: id, messages: forwarded(events, { message, state: this.#state, actor }) });
      recorded.then(
        () => this.#taken.delete(id),
        () => undefined,
      );
    }
    // the rest comes into sight when these are out of the table
    if (entries.length === INBOX_PAGE)
      this.#log.lastCommit.then(
        () => this.poke(),
        () => undefined,
      );
  }

  /** The run's end, told to those who wait for it, and to its error handler. */
  async #conclude(command: Extract<Command, { type: "finish" }>): Promise<void> {
    const { workspace, graph, revision, children } = this.#given;
    const { handler, child } = await handlerOf(command, { state: this.#state, workspace, graph, revision, children, isOver: () => this.#ended });
    if (this.#ended || this.#state.phase.type === "finished") return;
    const end = finishEvent(command, { state: this.#state, handler });
    this.#record([end], { messages: endMessages(this.#state, end), ...(child && { children: [child] }) });
  }

  #carryOut(command: Exclude<Command, { type: "finish" }>): void {
    if (command.type === "abort") {
      this.#abort(new NodeError("cancelled", "The run was stopped.", { happened: "unknown" }), command);
      return;
    }
    if (command.type === "start") {
      this.#start(command);
      return;
    }
    const { now, random } = this.#given;
    const { events, messages = [] } = eventsOfCommand(command, { state: this.#state, givenValues: this.#givenValues, now, random });
    this.#record(events, { messages });
  }

  #start(command: Extract<Command, { type: "start" }>): void {
    const planNode = this.#state.plan.nodes[command.node];
    const key = nodeKey(command.node, command.path);
    const run = this.#state.nodes.get(key);
    if (!planNode || !run) {
      this.#given.slots.release();
      return;
    }
    const { path } = command;
    const isWhole = path.length === planNode.depth;
    // always, also where the label is this process's own: a node run that were begun here and gone on with elsewhere (or the other way round) would
    // have its effect twice, under two keys
    const elsewhere = isWhole && planNode.policy.worker !== undefined;
    const delegated = isWhole && run.iterations?.delegated === true;
    const isContainer = planNode.gives !== undefined || (isWhole && planNode.eachItemOf !== undefined);
    const effect = isContainer || elsewhere ? "pure" : planNode.effect;
    const writes = effect === "write" || effect === "keyed";
    const at = { node: command.node, path };
    if (writes) failpoint("before-intent");
    const intent = this.#record([{ type: "node-started", ...at, attempt: command.attempt, effect }]);
    const abort = new AbortController();
    const work = async () => {
      const given = this.#concludeGiven(planNode, command);
      if (elsewhere) return this.#settle(key, await concludeElsewhere(given), { writes, lines: [] });
      if (delegated) return this.#settle(key, await concludeDelegated(given), { writes, lines: [] });
      // before a write starts, all it depends on is durable and its intent is recorded
      // (commits of a run are in order, so that the intent's covers all before it); the result of a write is durable before anything goes on from it
      await (writes ? intent : this.#lastWrite);
      await breathe();
      // stopped for longer than the lease lasts (a laptop's lid, SIGSTOP), another driver may have taken over meanwhile
      if (writes && !this.#given.isLeaseFresh()) return this.abandon();
      if (writes) failpoint("after-intent");
      underWay.mayHaveWritten = writes;
      const { result, lines } = await this.#given.runner.run({
        run: this.#given.run,
        workspace: this.#given.workspace,
        graph: this.#given.graph,
        state: this.#state,
        planNode,
        path,
        attempt: command.attempt,
        abort,
        record: this.#record,
        shortage: (amounts) => timeShortage(this.#state, this.#given.now()) ?? shortageOf(this.#state, command, amounts),
        onActivity: () => {
          this.#lastActivity = this.#given.now();
        },
      });
      if (writes) failpoint("after-effect");
      await this.#settle(key, await conclude(result, given), { writes, lines });
    };
    const underWay: UnderWay = { node: at, abort, mayHaveWritten: false, done: Promise.resolve() };
    this.#attempts.set(key, underWay);
    underWay.done = work()
      .catch(this.#fail)
      .finally(() => this.#given.slots.release());
  }

  #concludeGiven(planNode: ConcludeGiven["planNode"], { path, attempt }: Extract<Command, { type: "start" }>): ConcludeGiven {
    const { workspace, graph, revision, children, runner, now } = this.#given;
    return { workspace, graph, revision, planNode, path, attempt, state: () => this.#state, blobs: runner.blobs, children, now, isOver: () => this.#ended };
  }

  /** Records an attempt's end. */
  async #settle(
    key: NodeKey,
    conclusion: Conclusion,
    { writes, lines }: { writes: boolean; lines: Awaited<ReturnType<NodeRunner["run"]>>["lines"] },
  ): Promise<void> {
    const attempt = this.#attempts.get(key);
    this.#attempts.delete(key);
    if (this.#ended || !attempt) return;
    // an iteration that was stopped, or the whole run, may have gone on without it
    if (!this.#state.running.has(key)) return;
    const { node, path } = attempt.node;
    const { events, children = [], results = [] } = lendTo(conclusion, { state: this.#state, node, path: [...path] });
    const logged = lines.length > 0 ? [{ type: "node-logged" as const, node, path: [...path], lines: [...lines] }] : [];
    const recorded = this.#record([...logged, ...events], { children, results });
    this.#bytes += events.reduce((sum, event) => sum + sizeOf(event), 0);
    if (events.some(({ type }) => type === "node-waiting")) void recorded.then(() => failpoint("after-wait-recorded"), this.#fail);
    // durable before anything downstream does something
    if (writes) this.#lastWrite = recorded;
    this.#proceed();
  }

  #abort(reason: NodeError, { scope, within }: Pick<Extract<Command, { type: "abort" }>, "scope" | "within">): void {
    for (const { node, abort, mayHaveWritten } of this.#attempts.values()) {
      if (scope === "repeatable" && mayHaveWritten) continue;
      if (!within || isWithin(this.#state.plan, { node: node.node, path: [...node.path] }, within)) abort.abort(reason);
    }
  }

  /** Ends the waits whose time has come, and the run itself when it has had all there is of something. */
  #fireTimers(): void {
    const now = this.#given.now();
    const due = dueEvents(this.#state, now);
    if (due.length > 0) this.#record(due);
    recordBudgets(() => this.#state, { now, promises: this.#promises, record: this.#record });
    const over = limitEvents(this.#state, { now, bytes: this.#bytes, lastActivity: this.#lastActivity });
    if (over.length > 0) this.#record(over);
  }

  /** Looks again when the next timer is due. One that is set for an earlier instant is left alone: it comes to nothing, and is set anew then. */
  #armTimer(): void {
    const due = Math.min(nextTimer(this.#state)?.getTime() ?? Number.POSITIVE_INFINITY, nextDeadline(this.#state, this.#lastActivity));
    if (due >= this.#timerAt) return;
    clearTimeout(this.#timer);
    const delay = Math.min(Math.max(due - this.#given.now(), 0), MAX_TIMER_MS);
    this.#timerAt = due;
    this.#timer = setTimeout(() => {
      this.#timerAt = Number.POSITIVE_INFINITY;
      this.#proceed();
    }, delay);
  }
}
