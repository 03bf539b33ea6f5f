import type { NodeId } from "../graph/ids.ts";
import { FAILURE_PORT } from "../node/ports.ts";
import type { Plan, PlanNode } from "../plan/plan.ts";
import type { IterationPath } from "./events.ts";
import { type Backoff, decideFailure, type Failure } from "./failure.ts";
import type { FinalState, NodeKey, NodeRun, RunState } from "./run-state.ts";
import type { StoredValue, StoredValues } from "./values.ts";

/** Node runs of one run under way at once, when the graph does not say. */
const DEFAULT_CONCURRENCY = 64;

interface NodeCommand {
  node: NodeId;
  path: IterationPath;
}

/** What the driver is to do next. Each ends in an event, so that asking again does not repeat it. */
export type Command =
  | ({ type: "start"; attempt: number } & NodeCommand)
  | ({ type: "skip"; reason: "no-value" | "disabled"; outputs: StoredValues } & NodeCommand)
  | ({ type: "retry"; backoff: Backoff } & NodeCommand)
  | ({ type: "ask"; failure: Failure } & NodeCommand)
  | ({ type: "fail"; failure: Failure; handling: "fail" | "branch" | "continue" } & NodeCommand)
  | ({ type: "cancel"; happened: "no" | "unknown" } & NodeCommand)
  /** Fires the abort signals of what is running; `repeatable` spares writes, whose end would then be unknown. */
  | { type: "abort"; scope: "all" | "repeatable" }
  | { type: "finish"; state: FinalState; output: StoredValues; failure?: Failure & { node?: NodeId | undefined } };

/** What to do next: pure, incremental (it looks only at what changed), and the same for the same log. */
export function schedule(plan: Plan, state: RunState): Command[] {
  switch (state.phase.type) {
    case "finished":
      return [];
    case "stopping":
      return windDown(plan, state);
    case "held":
      return [...decide(plan, state), ...skips(state), ...completion(plan, state)];
    default:
      return [...decide(plan, state), ...skips(state), ...starts(plan, state), ...completion(plan, state)];
  }
}

function decide(plan: Plan, state: RunState): Command[] {
  const commands: Command[] = [];
  for (const key of state.deciding) {
    const run = state.nodes.get(key);
    const planNode = run && plan.nodes[run.node];
    if (run?.state !== "deciding" || !planNode) continue;
    const at = { node: run.node, path: run.path };
    const counted = { attempt: run.attempt - run.interruptions, attempts: planNode.policy.attempts, losses: run.losses };
    const decision = decideFailure(run.failure, { effect: planNode.effect, ...counted });
    if (decision.type === "retry") commands.push({ type: "retry", ...at, backoff: decision.backoff });
    else if (decision.type === "uncertain") commands.push({ type: "ask", ...at, failure: run.failure });
    else commands.push({ type: "fail", ...at, failure: run.failure, handling: planNode.policy.onFailure });
  }
  return commands;
}

function skips(state: RunState): Command[] {
  return entries(state, state.toSkip).map((run) => ({ type: "skip", node: run.node, path: run.path, reason: "no-value", outputs: {} }));
}

function starts(plan: Plan, state: RunState): Command[] {
  const commands: Command[] = [];
  let room = (plan.settings.concurrency ?? DEFAULT_CONCURRENCY) - state.running.size;
  for (const key of state.ready) {
    const run = state.nodes.get(key);
    const planNode = run && plan.nodes[run.node];
    if (!run || !planNode) continue;
    const at = { node: run.node, path: run.path };
    if (planNode.role === "entry" && state.entry !== undefined && state.entry !== run.node)
      commands.push({ type: "skip", ...at, reason: "no-value", outputs: {} });
    else if (planNode.disabled) commands.push({ type: "skip", ...at, reason: "disabled", outputs: passThrough(state, planNode) });
    else if (room <= 0) break;
    else {
      room -= 1;
      const reentry = run.state === "pending" && run.reentry;
      commands.push({ type: "start", ...at, attempt: reentry ? run.attempt : run.attempt + 1 });
    }
  }
  return commands;
}

/** A disabled node hands on, for each output, the input of the same name, else its first input that has a value. Nothing failed, so nothing leaves by the failure port. */
function passThrough(state: RunState, planNode: PlanNode): StoredValues {
  const values = new Map<string, StoredValue>();
  for (const [input, { sources }] of Object.entries(planNode.inputs)) {
    for (const source of sources) {
      const run = state.nodes.get(source.node as string as NodeKey);
      const value = run && "outputs" in run && Object.hasOwn(run.outputs, source.port) ? run.outputs[source.port] : undefined;
      if (value && !values.has(input)) values.set(input, value);
    }
  }
  const [first] = values.values();
  const outputs = Object.keys(planNode.outputs).flatMap((output) => {
    const value = values.get(output) ?? first;
    return value && !(output === FAILURE_PORT && planNode.policy.onFailure === "branch") ? [[output, value] as const] : [];
  });
  return Object.fromEntries(outputs);
}

function windDown(plan: Plan, state: RunState): Command[] {
  const { phase } = state;
  if (phase.type !== "stopping") return [];
  const commands: Command[] = [];
  for (const run of [...entries(state, state.waiting), ...entries(state, state.deciding)]) {
    const failure = "failure" in run ? run.failure : undefined;
    const effect = plan.nodes[run.node]?.effect;
    const writes = effect === "write" || effect === "keyed";
    commands.push({ type: "cancel", node: run.node, path: run.path, happened: writes && failure ? failure.happened : "no" });
  }
  if (state.running.size > 0) commands.push({ type: "abort", scope: phase.state === "failed" || phase.state === "succeeded" ? "repeatable" : "all" });
  else if (commands.length === 0) {
    const failure = state.fatal ?? { code: "cancelled" as const, message: phase.reason, happened: "no" as const };
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
    if (plan.nodes[id]?.role === "exit" && run?.state === "succeeded") Object.assign(output, run.outputs);
  }
  return output;
}

function entries(state: RunState, keys: Iterable<NodeKey>): NodeRun[] {
  return [...keys].flatMap((key) => state.nodes.get(key) ?? []);
}
