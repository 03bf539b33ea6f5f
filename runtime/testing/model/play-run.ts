import { type NodeId, runIdSchema } from "../../graph/ids.ts";
import { dataSchema } from "../../graph/json.ts";
import type { StoredValues } from "../../graph/stored-value.ts";
import type { ExecutionContext } from "../../node/context.ts";
import { NodeError } from "../../node/node-error.ts";
import type { Plan, PlanNode } from "../../plan/plan.ts";
import { applyEvent, continueRun, foldRun } from "../../run/apply-event.ts";
import { createRunState } from "../../run/create-run-state.ts";
import type { IterationPath, RunEvent, RunEventBody } from "../../run/events.ts";
import { type AttemptResult, executeNode } from "../../run/execute-node.ts";
import { toFailure } from "../../run/failure.ts";
import { executeItems } from "../../run/item-mode.ts";
import { isContainerRun, isWithin } from "../../run/node-runs.ts";
import { type NodeKey, nodeKey, type RunState } from "../../run/run-state.ts";
import { type Command, schedule } from "../../run/schedule.ts";
import { readSnapshot, writeSnapshot } from "../../run/snapshot.ts";
import { sampleImplementations } from "../sample-nodes.ts";
import { givenAt, passedOn } from "../simulate.ts";
import { pickInputs, pickNodes, plainValues } from "./pick-values.ts";
import type { Disturbance } from "./random-graph.ts";
import type { SeededRandom } from "./seeded-random.ts";

export interface PlayedRun {
  events: RunEvent[];
  state: RunState;
  /** What `schedule` said, as JSON, by number of the last event before. */
  looks: ReadonlyMap<number, string>;
}

const BEGIN = Date.parse("2026-01-01T00:00:00.000Z");
const MAX_TURNS = 50_000;

/**
 * Runs a plan with the nodes' own behaviour, but without engine, clock or database: the random numbers decide which of the attempts
 * under way ends next, when messages come, and when the process is lost. Throws when the run comes to a standstill.
 */
export async function playRun(plan: Plan, given: { random: SeededRandom; disturbance: Disturbance; input: unknown }): Promise<PlayedRun> {
  return new Player(plan, given).play();
}

class Player {
  readonly #plan: Plan;
  readonly #random: SeededRandom;
  readonly #disturbance: Disturbance;
  readonly #input: unknown;
  #state: RunState;
  #events: RunEvent[] = [];
  #crashes = 0;
  readonly #looks = new Map<number, string>();
  /** How each attempt under way is going to end. */
  readonly #endings = new Map<NodeKey, RunEventBody>();

  constructor(plan: Plan, given: { random: SeededRandom; disturbance: Disturbance; input: unknown }) {
    this.#plan = plan;
    this.#random = given.random;
    this.#disturbance = given.disturbance;
    this.#input = given.input;
    this.#state = createRunState(plan);
  }

  async play(): Promise<PlayedRun> {
    const entry = this.#plan.order.find((id) => this.#plan.nodes[id]?.role === "entry" && !this.#plan.nodes[id]?.disabled);
    const input = dataSchema.parse(this.#input);
    this.#record({ type: "run-created", run: runIdSchema.parse("run_model"), input, actor: "tester", ...(entry && { entry }) });
    for (let turn = 0; turn < MAX_TURNS; turn++) {
      this.#readInbox();
      const commands = this.#look();
      const { phase } = this.#state;
      if (phase.type === "finished") return { events: this.#events, state: this.#state, looks: this.#looks };
      if (await this.#carryOut(commands)) continue;
      const happenings = this.#happenings();
      if (happenings.length === 0) throw new Error(`The run came to a standstill (${phase.type}) after ${this.#events.at(-1)?.type}.`);
      for (const happen of this.#random.shuffle(happenings).slice(0, this.#random.int(1, 3))) happen();
    }
    throw new Error("The run does not end.");
  }

  #record(body: RunEventBody): void {
    const seq = this.#state.seq + 1;
    const event = { ...body, seq, at: new Date(this.#now() + 1).toISOString() };
    this.#events.push(event);
    this.#state = applyEvent(this.#state, event);
  }

  #now(): number {
    return BEGIN + this.#state.seq;
  }

  #look(): Command[] {
    const commands = schedule(this.#plan, this.#state);
    const text = JSON.stringify(commands);
    const before = this.#looks.get(this.#state.seq);
    if (before !== undefined && before !== text) throw new Error(`Asked again after event ${this.#state.seq}, schedule says something else.`);
    this.#looks.set(this.#state.seq, text);
    return commands;
  }

  #readInbox(): void {
    const { stopAt, holdAt } = this.#disturbance;
    const { phase, seq } = this.#state;
    const seen = (type: RunEvent["type"]) => this.#events.some((event) => event.type === type);
    if (holdAt !== undefined && seq >= holdAt && (phase.type === "created" || phase.type === "running") && !seen("run-held"))
      this.#record({ type: "run-held", reason: "lunch", actor: "tester" });
    if (stopAt && seq >= stopAt.seq && phase.type !== "finished" && (phase.type !== "stopping" || stopAt.state === "killed") && !seen("run-stopping"))
      this.#record({ type: "run-stopping", state: stopAt.state, reason: "enough", actor: "tester" });
  }

  /** Whether anything came of them. Now and then the process is lost before all are carried out. */
  async #carryOut(commands: readonly Command[]): Promise<boolean> {
    for (const command of commands) if (command.type === "abort") this.#abort(command);
    const others = commands.filter((command) => command.type !== "abort");
    const isLost = this.#crashes < this.#disturbance.crashes && this.#state.seq > 3 && this.#random.chance(0.1);
    const carried = isLost ? others.slice(0, this.#random.int(0, others.length)) : others;
    for (const command of carried) await this.#answer(command);
    if (isLost && this.#state.phase.type !== "finished") this.#crash();
    return others.length > 0 || isLost;
  }

  /** The last events were not durable yet, what ran is lost, and the rest is read again from some snapshot on. */
  #crash(): void {
    this.#crashes += 1;
    this.#events = this.#events.slice(0, Math.max(1, this.#events.length - this.#random.int(0, 4)));
    const kept = this.#random.int(0, this.#events.length);
    const snapshot = writeSnapshot(foldRun(this.#plan, this.#events.slice(0, kept)));
    this.#state = continueRun(readSnapshot(this.#plan, snapshot) ?? createRunState(this.#plan), this.#events.slice(kept));
    for (const seq of this.#looks.keys()) if (seq > this.#state.seq) this.#looks.delete(seq);
    this.#endings.clear();
    const failure = { code: "worker-lost" as const, message: "The process that ran this ended.", happened: "unknown" as const };
    for (const run of [...this.#state.running].flatMap((key) => this.#state.nodes.get(key) ?? []))
      this.#record({ type: "attempt-failed", node: run.node, path: run.path, attempt: run.attempt, failure });
  }

  /** Half of what is aborted ends before it notices. */
  #abort({ scope, within }: Extract<Command, { type: "abort" }>): void {
    for (const key of this.#endings.keys()) {
      const run = this.#state.nodes.get(key);
      if (!run || (within && !isWithin(this.#plan, run, within))) continue;
      const isSpared = scope === "repeatable" && this.#plan.nodes[run.node]?.effect === "write";
      if (isSpared || this.#random.chance(0.5)) continue;
      const failure = toFailure(new NodeError("cancelled", "The node was stopped."));
      this.#endings.set(key, { type: "attempt-failed", node: run.node, path: run.path, attempt: run.attempt, failure });
    }
  }

  /** All that may happen next. */
  #happenings(): (() => void)[] {
    const ends = [...this.#endings].map(([key, ending]) => () => {
      this.#endings.delete(key);
      this.#record(ending);
    });
    const waits = [...this.#state.waiting].map((key) => () => this.#endWait(key));
    const resume = () => this.#record({ type: "run-resumed", actor: "tester" });
    return [...ends, ...(this.#state.phase.type === "stopping" ? [] : waits), ...(this.#state.phase.type === "held" ? [resume] : [])];
  }

  #endWait(key: NodeKey): void {
    const run = this.#state.nodes.get(key);
    if (!run) return;
    const at = { node: run.node, path: run.path };
    const actor = "tester";
    if (run.state === "retrying") this.#record({ type: "retry-due", ...at });
    if (run.state === "waiting")
      this.#record({ type: "wait-answered", ...at, name: run.request.name, answer: { kind: "time", at: new Date(this.#now()).toISOString() }, actor });
    if (run.state !== "uncertain") return;
    const decision = this.#random.weighted({ again: 3, happened: 1, failed: 1 });
    const outputs: StoredValues = decision === "happened" ? { value: { type: "inline", value: "by hand" } } : {};
    this.#record({ type: "uncertainty-decided", ...at, decision, outputs, note: "", actor });
  }

  async #answer(command: Exclude<Command, { type: "abort" }>): Promise<void> {
    if (command.type === "finish") {
      const { state, output, failure } = command;
      this.#record({ type: "run-finished", state, output, ...(failure && { failure }) });
      return;
    }
    const at = { node: command.node, path: command.path };
    switch (command.type) {
      case "start":
        return this.#start(at, command.attempt);
      case "skip":
        return this.#record({ type: "node-skipped", ...at, reason: command.reason, outputs: passedOn(command) });
      case "retry":
        return this.#record({ type: "node-retrying", ...at, dueAt: new Date(this.#now()).toISOString() });
      case "ask":
        return this.#record({ type: "node-uncertain", ...at, failure: command.failure });
      case "fail":
        return this.#record({ type: "node-failed", ...at, failure: command.failure, handling: command.handling, outputs: this.#failureOutputs(command) });
      case "cancel":
        return this.#record({ type: "node-cancelled", ...at, happened: command.happened });
      case "iterate":
        return this.#record({ type: "iteration-started", ...at, index: command.index, given: givenAt(this.#state, command) });
      case "end-iteration": {
        const { index, state, outputs, failure } = command;
        return this.#record({ type: "iteration-finished", ...at, index, state, outputs, ...(failure && { failure }) });
      }
    }
  }

  #failureOutputs({ node, failure, handling }: Extract<Command, { type: "fail" }>): StoredValues {
    const planNode = this.#plan.nodes[node];
    const { code, message, details = {} } = failure;
    if (handling === "branch") return stored({ failure: { code, message, details, node: planNode?.label, documentation: planNode?.documentation } });
    if (handling === "fail" || !planNode) return {};
    return stored(Object.fromEntries(Object.keys(planNode.outputs).map((port) => [port, planNode.policy.default ?? null])));
  }

  async #start(at: { node: NodeId; path: IterationPath }, attempt: number): Promise<void> {
    const planNode = this.#plan.nodes[at.node];
    if (!planNode) return;
    this.#record({ type: "node-started", ...at, attempt, effect: planNode.effect });
    const result = await this.#execute(planNode, at.path, attempt);
    this.#endings.set(nodeKey(at.node, at.path), this.#endingOf(at, attempt, result));
  }

  async #execute(planNode: PlanNode, path: IterationPath, attempt: number): Promise<AttemptResult> {
    const implementation = await sampleImplementations(planNode.type);
    if (!implementation) throw new Error(`There is no ${planNode.type}.`);
    const context = this.#context(planNode, path, attempt);
    const inputs = planNode.role === "entry" ? { input: this.#state.input } : pickInputs(this.#state, planNode, path);
    if (planNode.eachItemOf === undefined || !isContainerRun(planNode, path))
      return executeNode({ planNode, implementation, references: {}, inputs, nodes: pickNodes(this.#state, planNode, path), context });
    try {
      return executeItems(planNode, { inputs, iterations: context.iterations });
    } catch (thrown) {
      return { type: "failed", failure: toFailure(thrown) };
    }
  }

  #context(planNode: PlanNode, path: IterationPath, attempt: number): ExecutionContext {
    const run = this.#state.nodes.get(nodeKey(planNode.id, path));
    const ended = run?.iterations?.ended.filter(({ state }) => state !== "stopped").sort((left, right) => left.index - right.index);
    const none = () => {
      throw new Error("No sample node asks for this.");
    };
    return {
      run: { id: runIdSchema.parse("run_model"), callbackUrl: none },
      node: { id: planNode.id, path, attempt, timeouts: 0 },
      signal: new AbortController().signal,
      timeoutMs: planNode.policy.timeoutMs,
      idempotencyKey: "",
      log: () => undefined,
      emit: () => undefined,
      step: none,
      answered: (name) => {
        const answer = run?.answers[name];
        return answer?.kind === "time" ? answer : undefined;
      },
      ...(ended && {
        iterations: ended.map(({ index, state, outputs, failure }) => ({
          index,
          state: state === "failed" ? ("failed" as const) : ("succeeded" as const),
          taken: plainValues(outputs),
          ...(failure && { failure }),
        })),
      }),
      reserve: none,
      settle: none,
      use: none,
      now: () => this.#now(),
    };
  }

  #endingOf(at: { node: NodeId; path: IterationPath }, attempt: number, result: AttemptResult): RunEventBody {
    switch (result.type) {
      case "done":
        return { type: "node-succeeded", ...at, outputs: stored(result.outputs) };
      case "wait":
        return { type: "node-waiting", ...at, request: result.request };
      case "iterate": {
        const { count, given, concurrency, onFailure } = result.request;
        const before = this.#state.nodes.get(nodeKey(at.node, at.path))?.iterations;
        return { type: "iterations-opened", ...at, first: before ? before.first + before.count : 0, count, given: stored(given), concurrency, onFailure };
      }
      case "failed":
        return { type: "attempt-failed", ...at, attempt, failure: result.failure };
      default:
        throw new Error(`No sample node ends with ${result.type}.`);
    }
  }
}

function stored(values: Record<string, unknown>): StoredValues {
  return Object.fromEntries(Object.entries(values).map(([port, value]) => [port, { type: "inline" as const, value: dataSchema.parse(value) }]));
}
