import { sha256Hex } from "#runtime/graph/hash.ts";
import type { ExecutionContext, LogLevel } from "#runtime/node/context.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import type { IterationResult, WaitAnswer } from "#runtime/node/outcome.ts";
import type { LogLine, RecordedAnswer } from "#runtime/run/events.ts";
import type { NodeRun } from "#runtime/run/run-state.ts";
import type { BlobStore } from "../assets/blob-store.ts";
import { BudgetNeeded } from "./budget-needed.ts";
import type { Attempt, NodeRunnerGiven } from "./node-runner.ts";
import { runStep } from "./run-step.ts";
import { loadValue } from "./stored-values.ts";

const LEVELS: ReadonlySet<LogLevel> = new Set(["debug", "info", "warn", "error"]);
const MAX_LOG_LINES = 1_000;
const MAX_LOG_CHARACTERS = 8 * 1024;

/** `close`: what goes on in spite of the end (an `execute` that does not listen to its signal) records and shows nothing more. */
export type OpenContext = ExecutionContext & {
  /** What earlier entries of the node left for this one. */
  enter(earlier: { answered: ExecutionContext["answered"]; iterations?: readonly IterationResult[] | undefined }): void;
  close(): readonly LogLine[];
};

/** What an attempt may know and do. */
export function createContext(attempt: Attempt, given: NodeRunnerGiven & { nodeRun: NodeRun }): OpenContext {
  const { planNode, path, abort, run } = attempt;
  const { nodeRun, blobs } = given;
  const at = { node: planNode.id, path };
  const lines: LogLine[] = [];
  const steps = new Set<string>();
  let isOpen = true;
  let earlier: Parameters<OpenContext["enter"]>[0] = { answered: () => undefined };
  const log = (level: LogLevel, message: string) => {
    if (!isOpen || lines.length > MAX_LOG_LINES) return;
    const full = lines.length === MAX_LOG_LINES;
    const line: LogLine = {
      at: new Date(given.now()).toISOString(),
      level: full ? "warn" : LEVELS.has(level) ? level : "info",
      message: full ? "More lines were dropped." : String(message).slice(0, MAX_LOG_CHARACTERS),
    };
    lines.push(line);
    attempt.onActivity();
    given.publish(run, { type: "log", ...at, line });
  };
  const refuseWhenOver = () => {
    if (!isOpen || abort.signal.aborted) throw new NodeError("cancelled", "The attempt has ended.", { happened: "no" });
  };
  const charges = new Set(Object.keys(nodeRun.charges));
  let idempotencyKey: string | undefined;
  return {
    run: { id: run, callbackUrl: (name) => given.callbackUrl({ run, node: planNode.id, path, name }) },
    node: { id: planNode.id, path, attempt: attempt.attempt },
    signal: abort.signal,
    timeoutMs: planNode.policy.timeoutMs,
    get idempotencyKey() {
      idempotencyKey ??= sha256Hex(JSON.stringify({ run, node: planNode.id, path, step: "", generation: nodeRun.generation }));
      return idempotencyKey;
    },
    log,
    emit: (emission) => {
      if (!isOpen) return;
      attempt.onActivity();
      given.publish(run, { ...emission, ...at });
    },
    step: async (name, options, work) => {
      refuseWhenOver();
      if (steps.has(name)) throw new NodeError("step-mismatch", `Two steps of this node are called "${name}".`);
      steps.add(name);
      const known = Object.hasOwn(nodeRun.steps, name) ? nodeRun.steps[name] : undefined;
      return runStep({ name, options, work, known, record: async (event) => (isOpen ? attempt.record([{ ...event, ...at }]) : undefined), blobs });
    },
    reserve: async (name, amount) => {
      refuseWhenOver();
      if (!Number.isFinite(amount) || amount < 0)
        throw new NodeError("validation", "An amount to reserve is a number of dollars, 0 or more.", { happened: "no" });
      if (charges.has(name)) return;
      const wait = `budget:${name}`;
      const answer = Object.hasOwn(nodeRun.answers, wait) ? nodeRun.answers[wait] : undefined;
      if (answer?.kind === "budget" && answer.decision === "refused")
        throw new NodeError("budget", "The run's budget was not raised for this.", { happened: "no", details: { amount } });
      if (!attempt.affords(amount)) throw new BudgetNeeded({ kind: "budget", name: wait, amount });
      charges.add(name);
      // noted at once, so that nodes beside this one see it; durable before the charge is made
      await attempt.record([{ type: "cost-reserved", ...at, name, amount }]);
    },
    settle: async (name, { amount, details }) => {
      if (!isOpen) return;
      const known = Object.hasOwn(nodeRun.charges, name) ? nodeRun.charges[name] : undefined;
      if (known?.settled !== undefined) return;
      if (!Number.isFinite(amount) || amount < 0)
        throw new NodeError("validation", "What a charge came to is a number of dollars, 0 or more.", { happened: "unknown" });
      await attempt.record([{ type: "cost-settled", ...at, name, amount, ...(details && { details }) }]);
    },
    answered: (name) => earlier.answered(name),
    get iterations() {
      return earlier.iterations as readonly IterationResult[];
    },
    enter: (given) => {
      earlier = given;
    },
    use: (service) => given.services.use(service),
    now: given.now,
    close: () => {
      isOpen = false;
      return lines;
    },
  };
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
