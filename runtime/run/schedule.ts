import type { NodeId } from "../graph/ids.ts";
import type { StoredValue, StoredValues } from "../graph/stored-value.ts";
import { FAILURE_PORT, listItem } from "../node/ports.ts";
import type { Plan, PlanNode } from "../plan/plan.ts";
import type { IterationPath } from "./events.ts";
import { type Backoff, decideFailure, type Failure } from "./failure.ts";
import { isContainerRun, isStopped, isWithin, outputsOf, sourceValue } from "./node-runs.ts";
import { type FinalState, type NodeKey, type NodeRun, nodeKey, type RunState, type Scope } from "./run-state.ts";

/** Node runs of one run under way at once, when the graph does not say. */
const DEFAULT_CONCURRENCY = 64;

interface NodeCommand {
  node: NodeId;
  path: IterationPath;
}

interface PassedOn {
  outputs: StoredValues;
  /** By output: values that go on as one list. Absent where there are none. */
  lists?: Record<string, StoredValue[]>;
}

/** What the driver is to do next. Each ends in an event, so that asking again does not repeat it. */
export type Command =
  | ({ type: "start"; attempt: number } & NodeCommand)
  | ({ type: "skip"; reason: "no-value" | "disabled" } & PassedOn & NodeCommand)
  | ({ type: "retry"; backoff: Backoff } & NodeCommand)
  | ({ type: "ask"; failure: Failure } & NodeCommand)
  | ({ type: "fail"; failure: Failure; handling: "fail" | "branch" | "continue" } & NodeCommand)
  | ({ type: "cancel"; happened: "no" | "unknown" } & NodeCommand)
  | ({ type: "iterate"; index: number } & NodeCommand)
  | ({ type: "end-iteration"; index: number; state: "succeeded" | "failed" | "stopped"; outputs: StoredValues; failure?: Scope["failure"] } & NodeCommand)
  /** Fires the abort signals of what is running (`within` one iteration); `repeatable` spares writes, whose end would then be unknown. */
  | { type: "abort"; scope: "all" | "repeatable"; within?: { container: NodeId; path: IterationPath } }
  | { type: "finish"; state: FinalState; output: StoredValues; failure?: Failure & { node?: NodeId | undefined } };

/** What to do next: pure, incremental (it looks only at what changed), and the same for the same log. */
export function schedule(plan: Plan, state: RunState): Command[] {
  switch (state.phase.type) {
    case "finished":
      return [];
    case "stopping":
      return windDown(plan, state);
    case "held":
      return [...decide(plan, state), ...skips(state), ...endings(plan, state), ...completion(plan, state)];
    default: {
      const ends = [...decide(plan, state), ...skips(state), ...endings(plan, state)];
      // what a failure keeps from starting is known once it is applied
      if (ends.some(isUnhandled)) return ends;
      return ends.concat(iterations(state), starts(plan, state), completion(plan, state));
    }
  }
}

function isUnhandled(command: Command): boolean {
  return command.type === "end-iteration" ? command.state === "failed" : command.type === "fail" && command.handling === "fail";
}

function decide(plan: Plan, state: RunState): Command[] {
  const commands: Command[] = [];
  for (const key of state.deciding) {
    const run = state.nodes.get(key);
    const planNode = run && plan.nodes[run.node];
    if (run?.state !== "deciding" || !planNode || isStopped(state, run)) continue;
    const at = { node: run.node, path: run.path };
    const isContainer = isContainerRun(planNode, run.path);
    const { attempts, onFailure } = planNode.policy;
    const effect = isContainer ? "pure" : (run.effect ?? planNode.effect);
    const counted = { attempt: run.attempt - run.interruptions, attempts: isContainer ? 1 : attempts, losses: run.losses };
    const decision = decideFailure(run.failure, { effect, ...counted });
    // the failure port belongs to the node as a whole, not to one of its items
    const handling = run.path.length > planNode.depth && onFailure === "branch" ? "fail" : onFailure;
    if (decision.type === "retry") commands.push({ type: "retry", ...at, backoff: decision.backoff });
    else if (decision.type === "uncertain") commands.push({ type: "ask", ...at, failure: run.failure });
    else commands.push({ type: "fail", ...at, failure: run.failure, handling });
  }
  return commands;
}

function skips(state: RunState): Command[] {
  return entries(state, state.toSkip).flatMap((run): Command[] =>
    isStopped(state, run) ? [] : [{ type: "skip", node: run.node, path: run.path, reason: "no-value", outputs: {} }],
  );
}

/** Iterations all of whose nodes have ended, and those that are to stop. */
function endings(plan: Plan, state: RunState): Command[] {
  const commands: Command[] = [];
  for (const key of state.closing) {
    const scope = state.scopes.get(key);
    // an outer iteration that stops takes those inside with it
    if (!scope || isStopped(state, { node: scope.container, path: scope.path.slice(0, -1) })) continue;
    const open = scope.unsettled > 0 ? stopping(plan, state, scope) : [];
    if (open.length > 0) commands.push(...open);
    else commands.push(endIteration(plan, state, scope));
  }
  return commands;
}

/** What still has to be stopped inside an iteration. */
function stopping(plan: Plan, state: RunState, scope: Scope): Command[] {
  const inside = (keys: Iterable<NodeKey>) => entries(state, keys).filter((run) => isWithin(plan, run, scope));
  const commands: Command[] = [...inside(state.waiting), ...inside(state.deciding)].map((run) => cancel(plan, run));
  const { container, path } = scope;
  if (inside(state.running).length > 0) commands.push({ type: "abort", scope: "repeatable", within: { container, path } });
  return commands;
}

function endIteration(plan: Plan, state: RunState, scope: Scope): Command {
  const { container, path, failure } = scope;
  const at = { node: container, path: path.slice(0, -1), index: path[path.length - 1] ?? 0 };
  if (failure) return { type: "end-iteration", ...at, state: "failed", outputs: {}, failure };
  if (scope.stopping) return { type: "end-iteration", ...at, state: "stopped", outputs: {} };
  return { type: "end-iteration", ...at, state: "succeeded", outputs: taken(plan, state, scope) };
}

/** What the body hands back; an item of a node in item mode hands back all its outputs. */
function taken(plan: Plan, state: RunState, scope: Scope): StoredValues {
  const planNode = plan.nodes[scope.container];
  if (planNode?.eachItemOf !== undefined) {
    return outputsOf(state.nodes.get(nodeKey(scope.container, scope.path)));
  }
  const values: StoredValues = {};
  for (const [port, { sources }] of Object.entries(planNode?.takes ?? {})) {
    for (const source of sources) {
      const value = sourceValue(state, source, scope.path);
      if (value) values[port] ??= value;
    }
  }
  return values;
}

function iterations(state: RunState): Command[] {
  const commands: Command[] = [];
  for (const run of entries(state, state.iterating)) {
    if (run.state !== "iterating" || run.iterations.stopping || isStopped(state, run)) continue;
    const { first, count, begun, active, concurrency } = run.iterations;
    const room = Math.min(count - begun, concurrency - active);
    for (let offset = 0; offset < room; offset++) commands.push({ type: "iterate", node: run.node, path: run.path, index: first + begun + offset });
  }
  return commands;
}

function starts(plan: Plan, state: RunState): Command[] {
  const commands: Command[] = [];
  let room = (plan.settings.concurrency ?? DEFAULT_CONCURRENCY) - state.running.size;
  for (const key of state.ready) {
    const run = state.nodes.get(key);
    const planNode = run && plan.nodes[run.node];
    if (!run || !planNode || isStopped(state, run)) continue;
    const at = { node: run.node, path: run.path };
    if (planNode.role === "entry" && state.entry !== undefined && state.entry !== run.node)
      commands.push({ type: "skip", ...at, reason: "no-value", outputs: {} });
    else if (planNode.disabled) commands.push({ type: "skip", ...at, reason: "disabled", ...passThrough(state, planNode, run.path) });
    else if (room <= 0) break;
    else {
      room -= 1;
      const reentry = run.state === "pending" && run.reentry;
      commands.push({ type: "start", ...at, attempt: reentry ? run.attempt : run.attempt + 1 });
    }
  }
  return commands;
}

/**
 * A disabled node hands on, for each output, the input of the same name, else its first input that has a value: of an input that takes several wires
 * the list of what came, where the output can hold one. Nothing failed, so nothing leaves by the failure port.
 */
function passThrough(state: RunState, planNode: PlanNode, path: IterationPath): PassedOn {
  const values = new Map<string, [StoredValue, ...StoredValue[]]>();
  const arrived = planNode.join === "first" ? state.readiness.get(nodeKey(planNode.id, path))?.first : undefined;
  for (const [input, { sources }] of Object.entries(planNode.inputs)) {
    for (const source of sources) {
      if (arrived && (source.node !== arrived.node || source.port !== arrived.port)) continue;
      const value = sourceValue(state, source, path);
      const before = values.get(input);
      if (value && before) before.push(value);
      else if (value) values.set(input, [value]);
    }
  }
  const [first] = values.keys();
  const outputs: StoredValues = {};
  const lists: Record<string, StoredValue[]> = {};
  for (const [output, { type }] of Object.entries(planNode.outputs)) {
    const input = values.has(output) ? output : first;
    const came = input !== undefined && values.get(input);
    if (!came || (output === FAILURE_PORT && planNode.policy.onFailure === "branch")) continue;
    const isList = planNode.inputs[input]?.many && planNode.join === "all" && (listItem(type) !== undefined || type === "any" || type === "json");
    if (isList) lists[output] = came;
    else outputs[output] = came[0];
  }
  return Object.keys(lists).length > 0 ? { outputs, lists } : { outputs };
}

function cancel(plan: Plan, run: NodeRun): Command {
  const failure = "failure" in run ? run.failure : undefined;
  const effect = plan.nodes[run.node]?.effect;
  const writes = effect === "write" || effect === "keyed";
  return { type: "cancel", node: run.node, path: run.path, happened: writes && failure ? failure.happened : "no" };
}

function windDown(plan: Plan, state: RunState): Command[] {
  const { phase } = state;
  if (phase.type !== "stopping") return [];
  const commands: Command[] = entries(state, [...state.waiting, ...state.deciding, ...state.iterating]).map((run) => cancel(plan, run));
  if (state.running.size > 0) commands.push({ type: "abort", scope: phase.state === "failed" || phase.state === "succeeded" ? "repeatable" : "all" });
  else if (commands.length === 0) {
    // it failed without a node that did: there was more of something than a run may have
    const code = phase.state === "failed" ? ("limit" as const) : ("cancelled" as const);
    const failure = state.fatal ?? { code, message: phase.reason, happened: "no" as const };
    const succeeded = phase.state === "succeeded";
    commands.push({ type: "finish", state: phase.state, output: succeeded ? outputOf(plan, state) : {}, ...(!succeeded && { failure }) });
  }
  return commands;
}

function completion(plan: Plan, state: RunState): Command[] {
  return state.unsettled > 0 ? [] : [{ type: "finish", state: "succeeded", output: outputOf(plan, state) }];
}

/** What the exit nodes yielded, by name; of two of one name the later in topological order counts. */
function outputOf(plan: Plan, state: RunState): StoredValues {
  const output: StoredValues = {};
  for (const id of plan.order) {
    const run = state.nodes.get(id as string as NodeKey);
    if (plan.nodes[id]?.role === "exit" && (run?.state === "succeeded" || run?.state === "reused")) Object.assign(output, run.outputs);
  }
  return output;
}

function entries(state: RunState, keys: Iterable<NodeKey>): NodeRun[] {
  const runs: NodeRun[] = [];
  for (const key of keys) {
    const run = state.nodes.get(key);
    if (run) runs.push(run);
  }
  return runs;
}
