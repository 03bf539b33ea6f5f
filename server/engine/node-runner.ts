import { hashJson, sha256Hex } from "#runtime/graph/hash.ts";
import type { RunId } from "#runtime/graph/ids.ts";
import type { ExecutionContext, LogLevel, StepOptions } from "#runtime/node/context.ts";
import type { NodeImplementation } from "#runtime/node/define.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import type { ServiceRegistry } from "#runtime/node/service.ts";
import type { PlanNode } from "#runtime/plan/plan.ts";
import type { EphemeralEvent, IterationPath, LogLine, RunEventBody } from "#runtime/run/events.ts";
import { type AttemptResult, executeNode } from "#runtime/run/execute-node.ts";
import { toFailure } from "#runtime/run/failure.ts";
import { type NodeRun, nodeKey, type RunState } from "#runtime/run/run-state.ts";
import type { BlobStore } from "../assets/blob-store.ts";
import { loadValue, storeValue } from "./stored-values.ts";

const MAX_LOG_LINES = 1_000;
const MAX_LOG_BYTES = 8 * 1024;

export interface Attempt {
  run: RunId;
  /** As it was when the attempt began; its values are read at once, before anything is awaited. */
  state: RunState;
  planNode: PlanNode;
  path: IterationPath;
  attempt: number;
  abort: AbortController;
  /** Filled while it runs; recorded with the result. */
  lines: LogLine[];
  record: (bodies: readonly RunEventBody[]) => Promise<void>;
}

export interface NodeRunner {
  readonly blobs: BlobStore;
  /** Runs one attempt; never throws. */
  run(attempt: Attempt): Promise<AttemptResult>;
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
  const run = async (attempt: Attempt): Promise<AttemptResult> => {
    const { planNode, state, abort } = attempt;
    const nodeRun = state.nodes.get(nodeKey(planNode.id, attempt.path));
    if (!nodeRun) return { type: "failed", failure: toFailure(new Error(`${planNode.id} is not part of the run.`)) };
    const gathered = gather(attempt, given.blobs);
    const { timeoutMs } = planNode.policy;
    const timer = setTimeout(
      () => abort.abort(new NodeError("timeout", `The node took longer than ${timeoutMs} ms.`, { happened: "unknown", details: { timeoutMs } })),
      timeoutMs,
    );
    try {
      const implementation = await given.implementations(planNode.type);
      if (!implementation) throw new NodeError("not-found", `This process cannot run "${planNode.type}" nodes.`, { happened: "no" });
      const context = createContext(attempt, { ...given, nodeRun });
      const { inputs, nodes } = await gathered;
      return await executeNode({ planNode, implementation, references: state.plan.references, inputs, nodes, context });
    } catch (error) {
      return { type: "failed", failure: toFailure(error) };
    } finally {
      clearTimeout(timer);
    }
  };
  return { blobs: given.blobs, run };
}

/** The values an attempt works on: inputs by port, and the outputs its expressions may read. */
async function gather({ planNode, state, path }: Attempt, blobs: BlobStore) {
  const inputs: Record<string, unknown> = {};
  if (planNode.role === "entry") inputs.input = state.input;
  for (const [name, input] of Object.entries(planNode.inputs)) {
    const arrived = input.sources.flatMap((source) => outputsOf(state.nodes.get(nodeKey(source.node, path)))[source.port] ?? []);
    if (arrived.length === 0) continue;
    const values = await Promise.all(arrived.map((value) => loadValue(value, blobs)));
    inputs[name] = input.many ? values : values[0];
  }
  const readable = new Set([...planNode.reads, ...Object.values(planNode.inputs).flatMap((input) => input.sources.map((source) => source.node))]);
  const nodes: Record<string, Record<string, unknown> | null> = {};
  for (const id of readable) {
    const outputs = Object.entries(outputsOf(state.nodes.get(nodeKey(id, path))));
    const values = await Promise.all(outputs.map(async ([port, value]) => [port, await loadValue(value, blobs)] as const));
    nodes[id] = values.length > 0 ? Object.fromEntries(values) : null;
  }
  return { inputs, nodes };
}

function outputsOf(run: NodeRun | undefined) {
  return run && "outputs" in run ? run.outputs : {};
}

function createContext(attempt: Attempt, given: NodeRunnerGiven & { nodeRun: NodeRun }): ExecutionContext {
  const { planNode, path, abort, lines } = attempt;
  const at = { node: planNode.id, path };
  const log = (level: LogLevel, message: string) => {
    if (lines.length > MAX_LOG_LINES) return;
    const full = lines.length === MAX_LOG_LINES;
    const line: LogLine = {
      at: new Date(given.now()).toISOString(),
      level: full ? "warn" : level,
      message: full ? "More lines were dropped." : message.slice(0, MAX_LOG_BYTES),
    };
    lines.push(line);
    given.publish(attempt.run, { type: "log", ...at, line });
  };
  const identity = (step: string) => ({ run: attempt.run, node: planNode.id, path, step, generation: given.nodeRun.generation });
  return {
    run: { id: attempt.run },
    node: { id: planNode.id, path, attempt: attempt.attempt },
    signal: abort.signal,
    timeoutMs: planNode.policy.timeoutMs,
    idempotencyKey: sha256Hex(JSON.stringify(identity(""))),
    log,
    emit: (emission) => given.publish(attempt.run, { ...emission, ...at }),
    step: (name, options, work) => runStep(attempt, { name, options, work, nodeRun: given.nodeRun, blobs: given.blobs }),
    answered: (name) => (Object.hasOwn(given.nodeRun.answers, name) ? given.nodeRun.answers[name] : undefined),
    use: (service) => given.services.use(service),
    now: given.now,
  };
}

/** Runs a step once: what was recorded is returned, what was begun and is a plain write is not begun again. */
async function runStep<Result>(
  attempt: Attempt,
  given: { name: string; options: StepOptions; work: () => Promise<Result>; nodeRun: NodeRun; blobs: BlobStore },
): Promise<Result> {
  const { name, options, nodeRun } = given;
  const at = { node: attempt.planNode.id, path: attempt.path };
  const inputHash = hashJson(options.input ?? null);
  const known = Object.hasOwn(nodeRun.steps, name) ? nodeRun.steps[name] : undefined;
  if (known && known.inputHash !== inputHash) throw new NodeError("step-mismatch", `The step "${name}" was recorded with another input.`, { happened: "no" });
  if (known?.result) return (await loadValue(known.result, given.blobs)) as Result;
  if (known && options.effect === "write")
    throw new NodeError("worker-lost", `The step "${name}" was begun, and its end is not known.`, { happened: "unknown" });
  const writes = options.effect === "write" || options.effect === "keyed";
  const begun = attempt.record([
    { type: "step-started", ...at, step: name, effect: options.effect, inputHash, ...(options.key !== undefined && { key: options.key }) },
  ]);
  if (writes) await begun;
  const result = await given.work();
  const finished = attempt.record([{ type: "step-finished", ...at, step: name, result: await storeValue(result ?? null, { name, blobs: given.blobs }) }]);
  if (writes) await finished;
  return result;
}
