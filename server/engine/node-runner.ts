import { credentialClient } from "#nodes/kit/credentials/service.ts";
import type { GraphId, RunId } from "#runtime/graph/ids.ts";
import { type Autonomy, strictest } from "#runtime/node/autonomy.ts";
import type { NodeImplementation } from "#runtime/node/define.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import type { IterationResult } from "#runtime/node/outcome.ts";
import type { ServiceRegistry } from "#runtime/node/service.ts";
import type { PlanNode } from "#runtime/plan/plan.ts";
import type { Amounts } from "#runtime/run/accounts.ts";
import type { EphemeralEvent, IterationPath, LogLine, RunEventBody } from "#runtime/run/events.ts";
import { type AttemptResult, evaluateNode, runEvaluated } from "#runtime/run/execute-node.ts";
import { toFailure } from "#runtime/run/failure.ts";
import { executeItems } from "#runtime/run/item-mode.ts";
import { isContainerRun } from "#runtime/run/node-runs.ts";
import { type NodeRun, nodeKey, type RunState } from "#runtime/run/run-state.ts";
import type { Shortage } from "#runtime/run/shortage.ts";
import type { BlobStore } from "../assets/blob-store.ts";
import type { Logger } from "../logger.ts";
import type { CachedResult, ResultCache } from "../store/result-cache.ts";
import { answersOf, createContext, type OpenContext } from "./attempt-context.ts";
import { BudgetNeeded } from "./budget-needed.ts";
import { loadScope, pickValues, type Scope } from "./load-scope.ts";
import { resultKey } from "./result-key.ts";
import { loadValue } from "./stored-values.ts";

export interface Attempt {
  run: RunId;
  workspace: string;
  graph: GraphId;
  /** As it was when the attempt began; its values are read at once, before anything is awaited. */
  state: RunState;
  planNode: PlanNode;
  path: IterationPath;
  attempt: number;
  abort: AbortController;
  record: (bodies: readonly RunEventBody[]) => Promise<void>;
  /** The budget that, as it is now, does not allow that much more; without amounts: that nothing starts any more. */
  shortage: (amounts: Amounts) => Shortage | undefined;
  /** Something happened that shows the attempt is alive. */
  onActivity: () => void;
}

export type RunnerResult =
  /** `key`: under which the outputs may be found again. */
  | (AttemptResult & { key?: string | undefined })
  /** An earlier result stands in for it. */
  | { type: "reused"; result: CachedResult };

export interface NodeRunner {
  readonly blobs: BlobStore;
  /** Runs one attempt; never throws. `lines` is what it logged until it ended. */
  run(attempt: Attempt): Promise<{ result: RunnerResult; lines: readonly LogLine[] }>;
}

export interface NodeRunnerGiven {
  implementations: (type: string) => Promise<NodeImplementation | undefined>;
  services: ServiceRegistry;
  blobs: BlobStore;
  results: ResultCache;
  logger: Pick<Logger, "debug">;
  publish: (run: RunId, event: EphemeralEvent) => void;
  callbackUrl: (given: { run: RunId; node: string; path: IterationPath; name: string }) => string;
  now: () => number;
}

/** Executes attempts in this process: gathers values, builds the context, keeps the time limit, looks for earlier results. */
export function createNodeRunner(given: NodeRunnerGiven): NodeRunner {
  const loaded = new Map<string, NodeImplementation>();
  const implementationOf = async (type: string): Promise<NodeImplementation> => {
    const implementation = loaded.get(type) ?? (await given.implementations(type));
    if (!implementation) throw new NodeError("not-found", `This process cannot run "${type}" nodes.`, { happened: "no" });
    loaded.set(type, implementation);
    return implementation;
  };
  const execute = async (attempt: Attempt, { context, nodeRun }: { context: OpenContext; nodeRun: NodeRun }): Promise<RunnerResult> => {
    const { planNode, state, path, abort } = attempt;
    const stored = pickValues(state, planNode, path);
    const { timeoutMs } = planNode.policy;
    const timer = setTimeout(
      () => abort.abort(new NodeError("timeout", `The node took longer than ${timeoutMs} ms.`, { happened: "unknown", details: { timeoutMs } })),
      timeoutMs,
    );
    try {
      context.begin();
      const scope = await loadScope(stored, given.blobs);
      if (Object.keys(nodeRun.answers).length > 0 || nodeRun.iterations)
        context.enter({ answered: await answersOf(nodeRun, given.blobs), iterations: await iterationsOf(nodeRun, given.blobs) });
      if (isContainerRun(planNode, path) && planNode.eachItemOf !== undefined)
        return executeItems(planNode, { inputs: scope.inputs, iterations: context.iterations });
      return await executeOrReuse(attempt, { scope, context });
    } catch (error) {
      if (error instanceof BudgetNeeded) return { type: "wait", request: error.request };
      return { type: "failed", failure: toFailure(error) };
    } finally {
      clearTimeout(timer);
    }
  };
  const findEarlier = async (wanted: Parameters<ResultCache["find"]>[0]): Promise<CachedResult | undefined> => {
    try {
      return await given.results.find(wanted);
    } catch (error) {
      given.logger.debug({ error }, "An earlier result could not be looked up; the node runs.");
      return undefined;
    }
  };
  const executeOrReuse = async (attempt: Attempt, { scope, context }: { scope: Scope; context: OpenContext }): Promise<RunnerResult> => {
    const { state, workspace } = attempt;
    const planNode = cautious(attempt.planNode, state.origin?.autonomy);
    const implementation = await implementationOf(planNode.type);
    const { references } = state.plan;
    const evaluated = evaluateNode({ planNode, implementation, references, ...scope, context });
    if (evaluated.type === "failed") return evaluated;
    const key = planNode.cache && (await keyOf({ planNode, definition: implementation.definition, references, evaluated }, context));
    const earlier = key === undefined ? undefined : await findEarlier({ workspace, key, ttlMs: planNode.cache?.ttlMs });
    if (earlier && Object.keys(earlier.outputs).every((port) => Object.hasOwn(planNode.outputs, port))) return { type: "reused", result: earlier };
    const result = await runEvaluated({ planNode, implementation, references, context }, evaluated);
    if (result.type === "failed" && result.cause instanceof BudgetNeeded) return { type: "wait", request: result.cause.request };
    return { ...result, key };
  };
  return {
    blobs: given.blobs,
    run: async (attempt) => {
      const nodeRun = attempt.state.nodes.get(nodeKey(attempt.planNode.id, attempt.path));
      if (!nodeRun) return { result: { type: "failed", failure: toFailure(new Error(`${attempt.planNode.id} is not part of the run.`)) }, lines: [] };
      const context = createContext(attempt, nodeRun, given);
      const result = await execute(attempt, { context, nodeRun });
      return { result: context.redact(result), lines: context.close() };
    },
  };
}

/** None of its tools is used more freely than those allow who called this graph. */
function cautious(planNode: PlanNode, autonomy: Autonomy | undefined): PlanNode {
  if (autonomy === undefined || !planNode.tools) return planNode;
  return { ...planNode, tools: planNode.tools.map((offer) => ({ ...offer, autonomy: strictest(offer.autonomy, autonomy) })) };
}

/** Throws `NodeError` for a credential that the node may not use: then it may not have what was read with it either. */
async function keyOf(given: Parameters<typeof resultKey>[0], context: OpenContext): Promise<string> {
  const named = given.definition.credentials?.(given.evaluated.config) ?? [];
  if (named.length === 0) return resultKey(given);
  const client = context.use(credentialClient);
  return resultKey({ ...given, credentials: await Promise.all(named.map((credential) => client.stateOf(credential))) });
}

/** What the iterations asked for last have yielded, in order; none were asked for yet: nothing. */
async function iterationsOf(nodeRun: NodeRun, blobs: BlobStore): Promise<readonly IterationResult[] | undefined> {
  if (!nodeRun.iterations) return undefined;
  const ended = nodeRun.iterations.ended.flatMap((record) => (record.state === "stopped" ? [] : [{ ...record, state: record.state }]));
  ended.sort((left, right) => left.index - right.index);
  return Promise.all(
    ended.map(async ({ index, state, outputs, failure }) => {
      const taken = await Promise.all(Object.entries(outputs).map(async ([port, value]) => [port, await loadValue(value, blobs)] as const));
      const { code, message, happened } = failure ?? {};
      return { index, state, taken: Object.fromEntries(taken), ...(code && message !== undefined && happened && { failure: { code, message, happened } }) };
    }),
  );
}
