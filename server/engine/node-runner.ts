import { sha256Hex } from "#runtime/graph/hash.ts";
import type { RunId } from "#runtime/graph/ids.ts";
import type { ExecutionContext, LogLevel } from "#runtime/node/context.ts";
import type { NodeImplementation } from "#runtime/node/define.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import type { ServiceRegistry } from "#runtime/node/service.ts";
import type { PlanNode } from "#runtime/plan/plan.ts";
import type { EphemeralEvent, IterationPath, LogLine, RunEventBody } from "#runtime/run/events.ts";
import { type AttemptResult, executeNode } from "#runtime/run/execute-node.ts";
import { toFailure } from "#runtime/run/failure.ts";
import { type NodeRun, nodeKey, type RunState } from "#runtime/run/run-state.ts";
import type { BlobStore } from "../assets/blob-store.ts";
import { loadScope, pickValues } from "./load-scope.ts";
import { runStep } from "./run-step.ts";

const MAX_LOG_LINES = 1_000;
const MAX_LOG_CHARACTERS = 8 * 1024;

export interface Attempt {
  run: RunId;
  /** As it was when the attempt began; its values are read at once, before anything is awaited. */
  state: RunState;
  planNode: PlanNode;
  path: IterationPath;
  attempt: number;
  abort: AbortController;
  record: (bodies: readonly RunEventBody[]) => Promise<void>;
}

export interface NodeRunner {
  readonly blobs: BlobStore;
  /** Runs one attempt; never throws. `lines` is what it logged until it ended. */
  run(attempt: Attempt): Promise<{ result: AttemptResult; lines: readonly LogLine[] }>;
}

export interface NodeRunnerGiven {
  implementations: (type: string) => Promise<NodeImplementation | undefined>;
  services: ServiceRegistry;
  blobs: BlobStore;
  publish: (run: RunId, event: EphemeralEvent) => void;
  now: () => number;
}

/** Executes attempts in this process: gathers values, builds the context, keeps the time limit. */
export function createNodeRunner(given: NodeRunnerGiven): NodeRunner {
  const execute = async (attempt: Attempt, context: OpenContext): Promise<AttemptResult> => {
    const { planNode, state, path, abort } = attempt;
    const stored = pickValues(state, planNode, path);
    const { timeoutMs } = planNode.policy;
    const timer = setTimeout(
      () => abort.abort(new NodeError("timeout", `The node took longer than ${timeoutMs} ms.`, { happened: "unknown", details: { timeoutMs } })),
      timeoutMs,
    );
    try {
      const implementation = await given.implementations(planNode.type);
      if (!implementation) throw new NodeError("not-found", `This process cannot run "${planNode.type}" nodes.`, { happened: "no" });
      const scope = await loadScope(stored, given.blobs);
      return await executeNode({ planNode, implementation, references: state.plan.references, ...scope, context });
    } catch (error) {
      return { type: "failed", failure: toFailure(error) };
    } finally {
      clearTimeout(timer);
    }
  };
  return {
    blobs: given.blobs,
    run: async (attempt) => {
      const nodeRun = attempt.state.nodes.get(nodeKey(attempt.planNode.id, attempt.path));
      if (!nodeRun) return { result: { type: "failed", failure: toFailure(new Error(`${attempt.planNode.id} is not part of the run.`)) }, lines: [] };
      const context = createContext(attempt, { ...given, nodeRun });
      const result = await execute(attempt, context);
      return { result, lines: context.close() };
    },
  };
}

/** `close`: what goes on in spite of the end (an `execute` that does not listen to its signal) records and shows nothing more. */
type OpenContext = ExecutionContext & { close(): readonly LogLine[] };

function createContext(attempt: Attempt, given: NodeRunnerGiven & { nodeRun: NodeRun }): OpenContext {
  const { planNode, path, abort, run } = attempt;
  const { nodeRun, blobs } = given;
  const at = { node: planNode.id, path };
  const lines: LogLine[] = [];
  const steps = new Set<string>();
  let isOpen = true;
  const log = (level: LogLevel, message: string) => {
    if (!isOpen || lines.length > MAX_LOG_LINES) return;
    const full = lines.length === MAX_LOG_LINES;
    const line: LogLine = {
      at: new Date(given.now()).toISOString(),
      level: full ? "warn" : level,
      message: full ? "More lines were dropped." : message.slice(0, MAX_LOG_CHARACTERS),
    };
    lines.push(line);
    given.publish(run, { type: "log", ...at, line });
  };
  const identity = { run, node: planNode.id, path, step: "", generation: nodeRun.generation };
  return {
    run: { id: run },
    node: { id: planNode.id, path, attempt: attempt.attempt },
    signal: abort.signal,
    timeoutMs: planNode.policy.timeoutMs,
    idempotencyKey: sha256Hex(JSON.stringify(identity)),
    log,
    emit: (emission) => {
      if (isOpen) given.publish(run, { ...emission, ...at });
    },
    step: async (name, options, work) => {
      if (!isOpen || abort.signal.aborted) throw new NodeError("cancelled", "The attempt has ended.", { happened: "no" });
      if (steps.has(name)) throw new NodeError("step-mismatch", `Two steps of this node are called "${name}".`);
      steps.add(name);
      const known = Object.hasOwn(nodeRun.steps, name) ? nodeRun.steps[name] : undefined;
      return runStep({ name, options, work, known, record: (event) => attempt.record([{ ...event, ...at }]), blobs });
    },
    answered: (name) => (Object.hasOwn(nodeRun.answers, name) ? nodeRun.answers[name] : undefined),
    use: (service) => given.services.use(service),
    now: given.now,
    close: () => {
      isOpen = false;
      return lines;
    },
  };
}
