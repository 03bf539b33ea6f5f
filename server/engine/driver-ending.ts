import type { NodeId } from "#runtime/graph/ids.ts";
import type { Json } from "#runtime/graph/json.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import { type Amounts, booked } from "#runtime/run/accounts.ts";
import type { RunEventBody } from "#runtime/run/events.ts";
import { outputsOf } from "#runtime/run/node-runs.ts";
import { nodeKey, type RunState } from "#runtime/run/run-state.ts";
import type { Command } from "#runtime/run/schedule.ts";
import { ApiError } from "../api-error.ts";
import type { Children } from "./children.ts";
import type { RunCommit } from "./committer.ts";
import { leftChildren } from "./left-children.ts";
import type { NewRun } from "./new-run.ts";
import { untilStored } from "./until-stored.ts";

type Finish = Extract<Command, { type: "finish" }>;
type Finished = Extract<RunEventBody, { type: "run-finished" }>;
type Handler = Finished["handler"];

/** The run's last event. What it began and has not ended in time counts with all that was set aside for it, and is named. */
export function finishEvent({ state: end, output, failure }: Finish, { state, handler }: { state: RunState; handler: Handler }): Finished {
  const unended = leftChildren(state).map(({ child }) => ({ run: child.run, cost: child.reserved, ...countsOf(child.lent) }));
  const told = failure && (unended.length === 0 ? failure : { ...failure, message: `${failure.message} ${unendedText(unended)}` });
  return { type: "run-finished", state: end, output, ...(told && { failure: told }), ...(handler && { handler }), ...(unended.length > 0 && { unended }) };
}

/** Those that are there. */
function countsOf({ tokens = 0, toolCalls = 0 }: Amounts = {}): { tokens?: number; toolCalls?: number } {
  return { ...(tokens > 0 && { tokens }), ...(toolCalls > 0 && { toolCalls }) };
}

function unendedText(unended: NonNullable<Finished["unended"]>): string {
  const runs = unended.map(({ run }) => run).join(", ");
  return `It did not hear of the end of runs that it began (${runs}): of what they cost only what was set aside for them is counted.`;
}

/** What the run that waits for this one is told. */
export function endMessages(state: RunState, { state: end, output, failure, unended = [] }: Finished): NonNullable<RunCommit["messages"]> {
  const parent = state.origin?.parent;
  if (!state.origin || !parent?.node || !parent.path) return [];
  const whole = wholeOf(state);
  const outputs = end !== "succeeded" ? {} : whole === undefined ? output : outputsOf(state.nodes.get(nodeKey(whole, [])));
  const { node: _, ...plain } = failure ?? { node: undefined };
  const { node, path } = parent;
  const told = "code" in plain ? { failure: plain as NonNullable<typeof failure> } : {};
  const { dollars, tokens, toolCalls } = unended.reduce(
    (sum, left) => booked(sum, { settled: { dollars: left.cost, tokens: left.tokens, toolCalls: left.toolCalls } }),
    state.accounts,
  );
  const spent = { cost: dollars.settled, ...countsOf({ tokens: tokens.settled, toolCalls: toolCalls.settled }), activeMs: state.activeMs };
  const message = { type: "child-finished" as const, node, path, run: state.origin.run, state: end, outputs, ...told, ...spent };
  return [{ run: parent.run, message, actor: "run", dedupeKey: `child:${state.origin.run}` }];
}

/** The node that a run is for which runs one node only (with its body): its outputs are what the run comes to. */
function wholeOf({ origin, plan }: RunState): NodeId | undefined {
  const { purpose, node } = origin?.parent ?? {};
  if (purpose === "tool") return plan.order[0];
  return purpose === "slice" || purpose === "worker" ? node : undefined;
}

/** The run of the error-handler graph that a failed run begins. A handler that fails has no handler. */
export async function handlerOf(
  { state: end, failure }: Finish,
  given: { state: RunState; workspace: string; graph: NewRun["graph"]; revision: number; children: Children; isOver: () => boolean },
): Promise<{ handler?: Handler; child?: NewRun }> {
  const { state, isOver: _, ...parent } = given;
  const { errorGraph } = state.plan.settings;
  const { origin } = state;
  if (!origin || !errorGraph || (end !== "failed" && end !== "timed-out") || origin.parent?.purpose === "error-handler") return {};
  const told: Record<string, Json> = {
    run: origin.run,
    graph: given.graph,
    state: end,
    code: failure?.code ?? "unexpected",
    message: failure?.message ?? "",
    node: failure?.node ?? "",
    label: (failure?.node && state.plan.nodes[failure.node]?.label) ?? "",
  };
  try {
    const child = await untilStored(() => given.children.handler({ ...parent, state }, { graph: errorGraph, input: told }), given.isOver);
    return { handler: { run: child.id }, child };
  } catch (error) {
    return { handler: { problem: error instanceof ApiError || error instanceof NodeError ? error.message : "The handler could not be begun." } };
  }
}
