import { sha256Hex } from "#runtime/graph/hash.ts";
import type { NodeId } from "#runtime/graph/ids.ts";
import type { Charge, Emission, ExecutionContext, LogLevel, StepOptions } from "#runtime/node/context.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import type { IterationResult, WaitAnswer } from "#runtime/node/outcome.ts";
import type { Service, ServiceScope } from "#runtime/node/service.ts";
import type { Amounts } from "#runtime/run/accounts.ts";
import type { IterationPath, LogLine, RecordedAnswer } from "#runtime/run/events.ts";
import type { NodeRun } from "#runtime/run/run-state.ts";
import { lendable } from "#runtime/run/shortage.ts";
import type { BlobStore } from "../assets/blob-store.ts";
import { createRedactor, type Redactor } from "../vault/redact.ts";
import { BudgetNeeded } from "./budget-needed.ts";
import type { Attempt, NodeRunnerGiven } from "./node-runner.ts";
import { createEmissionRedactor, type EmissionRedactor } from "./redact-emission.ts";
import { runStep, type StepEvent } from "./run-step.ts";
import { loadValue } from "./stored-values.ts";

const LEVELS: ReadonlySet<LogLevel> = new Set(["debug", "info", "warn", "error"]);
const MAX_LOG_LINES = 1_000;
const MAX_LOG_CHARACTERS = 8 * 1024;

/** `close`: what goes on in spite of the end (an `execute` that does not listen to its signal) records and shows nothing more. */
export type OpenContext = ExecutionContext & {
  /** What earlier entries of the node left for this one. */
  enter(earlier: { answered: ExecutionContext["answered"]; iterations?: readonly IterationResult[] | undefined }): void;
  /** Throws `BudgetNeeded` where the run has had all its time, `NodeError("budget")` where it gets no more. */
  begin(): void;
  /** Takes out the secrets that came into the attempt; what holds none stays the same object. */
  redact<T>(value: T): T;
  close(): readonly LogLine[];
};

/** What an attempt may know and do. */
export function createContext(attempt: Attempt, nodeRun: NodeRun, given: NodeRunnerGiven): OpenContext {
  return new AttemptContext(attempt, nodeRun, given);
}

/** A class, because one is made for each attempt, and most are asked for next to nothing. */
class AttemptContext implements OpenContext {
  readonly run: ExecutionContext["run"];
  readonly node: ExecutionContext["node"];
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  readonly #attempt: Attempt;
  readonly #nodeRun: NodeRun;
  readonly #given: NodeRunnerGiven;
  readonly #at: { node: NodeId; path: IterationPath };
  readonly #lines: LogLine[] = [];
  /** Names of the steps and charges of this attempt. */
  #steps: Set<string> | undefined;
  #charges: Set<string> | undefined;
  #scope: ServiceScope | undefined;
  /** Absent until a secret comes into this attempt. */
  #redactor: Redactor | undefined;
  #emissions: EmissionRedactor | undefined;
  #isOpen = true;
  #earlier: Parameters<OpenContext["enter"]>[0] | undefined;
  #idempotencyKey: string | undefined;

  constructor(attempt: Attempt, nodeRun: NodeRun, given: NodeRunnerGiven) {
    const { planNode, path, abort, run } = attempt;
    this.#attempt = attempt;
    this.#nodeRun = nodeRun;
    this.#given = given;
    this.#at = { node: planNode.id, path };
    this.run = {
      id: run,
      callbackUrl: (name) => given.callbackUrl({ run, node: planNode.id, path, name }),
      isUntrusted: attempt.state.origin?.untrusted === true,
      hasBudget: lendable(attempt.state, { node: planNode.id }).dollars !== undefined,
    };
    this.node = { id: planNode.id, path, attempt: attempt.attempt, timeouts: nodeRun.timeouts ?? 0 };
    this.signal = abort.signal;
    this.timeoutMs = planNode.policy.timeoutMs;
  }

  get idempotencyKey(): string {
    const { generation } = this.#nodeRun;
    this.#idempotencyKey ??= sha256Hex(JSON.stringify({ run: this.run.id, ...this.#at, step: "", generation }));
    return this.#idempotencyKey;
  }

  get iterations(): readonly IterationResult[] | undefined {
    return this.#earlier?.iterations;
  }

  log(level: LogLevel, message: string): void {
    if (!this.#isOpen || this.#lines.length > MAX_LOG_LINES) return;
    const full = this.#lines.length === MAX_LOG_LINES;
    const line: LogLine = {
      at: new Date(this.now()).toISOString(),
      level: full ? "warn" : LEVELS.has(level) ? level : "info",
      message: full ? "More lines were dropped." : this.redact(String(message)).slice(0, MAX_LOG_CHARACTERS),
    };
    this.#lines.push(line);
    this.#attempt.onActivity();
    this.#given.publish(this.run.id, { type: "log", ...this.#at, line });
  }

  emit(emission: Emission): void {
    if (!this.#isOpen) return;
    this.#attempt.onActivity();
    const shown = this.#emissions ? this.#emissions.take(emission) : emission;
    if (shown) this.#given.publish(this.run.id, { ...shown, ...this.#at });
  }

  async step<Result>(name: string, options: StepOptions, work: () => Promise<Result>): Promise<Result> {
    this.#refuseWhenOver();
    this.#steps ??= new Set();
    if (this.#steps.has(name)) throw new NodeError("step-mismatch", `Two steps of this node are called "${name}".`);
    this.#steps.add(name);
    const { steps } = this.#nodeRun;
    const { blobs } = this.#given;
    const known = Object.hasOwn(steps, name) ? steps[name] : undefined;
    const record = async (event: StepEvent) => (this.#isOpen ? this.#attempt.record([{ ...event, ...this.#at }]) : undefined);
    // the node goes on with what it would find on re-entry
    const redacted = async () => this.redact(await work());
    return runStep({ name, options, work: redacted, known, record, blobs });
  }

  begin(): void {
    this.#afford("time", {});
  }

  async reserve(name: string, amount: number, { tokens = 0, toolCalls = 0 }: { tokens?: number; toolCalls?: number } = {}): Promise<void> {
    this.#refuseWhenOver();
    if (![amount, tokens, toolCalls].every(isAmount))
      throw new NodeError("validation", "An amount to reserve is a number of dollars, tokens or calls, 0 or more.", { happened: "no" });
    this.#charges ??= new Set(Object.keys(this.#nodeRun.charges));
    if (this.#charges.has(name)) return;
    // whoever called the tool that this run is has counted it
    const calls = this.#attempt.state.origin?.parent?.purpose === "tool" ? 0 : toolCalls;
    if (calls === 0 && amount === 0 && tokens === 0 && toolCalls > 0) return;
    this.#afford(name, { dollars: amount, tokens, toolCalls: calls });
    this.#charges.add(name);
    const counts = { ...(tokens > 0 && { tokens }), ...(calls > 0 && { toolCalls: calls }) };
    // noted at once, so that nodes beside this one see it; durable before the charge is made
    await this.#attempt.record([{ type: "cost-reserved", ...this.#at, name, amount, ...counts }]);
  }

  #afford(name: string, amounts: Amounts): void {
    const shortage = this.#attempt.shortage(amounts);
    if (!shortage) return;
    const { answers } = this.#nodeRun;
    const wait = `budget:${name}`;
    const answer = Object.hasOwn(answers, wait) ? answers[wait] : undefined;
    const { measure, amount } = shortage;
    if (answer?.kind === "budget" && answer.decision === "refused")
      throw new NodeError("budget", "The run's budget was not raised for this.", { happened: "no", details: { measure, amount } });
    throw new BudgetNeeded({ kind: "budget", name: wait, amount, measure });
  }

  async settle(name: string, { amount, tokens, details }: Charge): Promise<void> {
    if (!this.#isOpen) return;
    const { charges } = this.#nodeRun;
    const known = Object.hasOwn(charges, name) ? charges[name] : undefined;
    if (known?.settled !== undefined) return;
    if (!isAmount(amount) || !isAmount(tokens ?? 0))
      throw new NodeError("validation", "What a charge came to is a number of dollars and of tokens, 0 or more.", { happened: "unknown" });
    const counted = tokens !== undefined && { tokens };
    await this.#attempt.record([{ type: "cost-settled", ...this.#at, name, amount, ...counted, ...(details && { details: this.redact(details) }) }]);
  }

  answered(name: string): WaitAnswer | undefined {
    return this.#earlier?.answered(name);
  }

  use<T>(service: Service<T>): T {
    const { workspace, run, graph, planNode } = this.#attempt;
    this.#scope ??= { workspace, run, graph, nodeType: planNode.type, conceal: (secret) => this.#conceal(secret) };
    return this.#given.services.use(service, this.#scope);
  }

  now(): number {
    return this.#given.now();
  }

  enter(earlier: Parameters<OpenContext["enter"]>[0]): void {
    this.#earlier = earlier;
  }

  redact<T>(value: T): T {
    return this.#redactor ? this.#redactor.value(value) : value;
  }

  close(): readonly LogLine[] {
    const rest = this.#emissions?.rest();
    if (rest && this.#isOpen) this.#given.publish(this.run.id, { ...rest, ...this.#at });
    this.#isOpen = false;
    return this.#lines;
  }

  #conceal(secret: string): void {
    this.#redactor ??= createRedactor();
    this.#emissions ??= createEmissionRedactor(this.#redactor);
    this.#redactor.conceal(secret);
  }

  #refuseWhenOver(): void {
    if (!this.#isOpen || this.signal.aborted) throw new NodeError("cancelled", "The attempt has ended.", { happened: "no" });
  }
}

function isAmount(number: number): boolean {
  return Number.isFinite(number) && number >= 0;
}

/** The answers recorded for a node run, their large values fetched. */
export async function answersOf(nodeRun: NodeRun, blobs: BlobStore): Promise<(name: string) => WaitAnswer | undefined> {
  const answers = new Map<string, WaitAnswer>();
  for (const [name, recorded] of Object.entries(nodeRun.answers)) answers.set(name, await toAnswer(recorded, blobs));
  return (name) => answers.get(name);
}

async function toAnswer(recorded: RecordedAnswer, blobs: BlobStore): Promise<WaitAnswer> {
  switch (recorded.kind) {
    case "time":
    case "budget":
      return recorded;
    case "person": {
      const { edited, ...rest } = recorded;
      return edited ? { ...rest, edited: (await loadValue(edited, blobs)) as never } : rest;
    }
    case "webhook":
      return { ...recorded, request: (await loadValue(recorded.request, blobs)) as never };
    case "run": {
      const output = await Promise.all(Object.entries(recorded.output).map(async ([name, value]) => [name, await loadValue(value, blobs)] as const));
      return { ...recorded, output: Object.fromEntries(output) as never };
    }
  }
}
