import type { NodeId } from "#runtime/graph/ids.ts";
import type { StoredValues } from "#runtime/graph/stored-value.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import type { CallRequest, IterationRequest } from "#runtime/node/outcome.ts";
import type { PlanNode } from "#runtime/plan/plan.ts";
import { type Amounts, foresee } from "#runtime/run/accounts.ts";
import type { IterationPath, RunEventBody } from "#runtime/run/events.ts";
import { type Failure, toFailure } from "#runtime/run/failure.ts";
import { isContainerRun } from "#runtime/run/node-runs.ts";
import { nodeKey, type RunState } from "#runtime/run/run-state.ts";
import { type Shortage, shortageOf } from "#runtime/run/shortage.ts";
import { ApiError } from "../api-error.ts";
import { type BudgetRequest, budgetWait, firstLoan, shortageFor } from "./budget-turn.ts";
import type { Children } from "./children.ts";
import type { RunCommit } from "./committer.ts";
import { failureOutputs } from "./driver-events.ts";
import type { NewRun } from "./new-run.ts";
import type { NodeRunner, RunnerResult } from "./node-runner.ts";
import { loadValue, storeValues } from "./stored-values.ts";
import { untilStored } from "./until-stored.ts";

/** Iterations one run takes on itself; more go to child runs of as many each (`quality.md`, runtime rules). */
const MAX_OWN_ITERATIONS = 500;
/** Iterations one node run may ask for at once. */
const MAX_ITERATIONS = 100_000;

/** What an attempt's end leads to: events, and what is recorded together with them. */
export interface Conclusion {
  events: RunEventBody[];
  children?: NewRun[];
  results?: NonNullable<RunCommit["results"]>;
}

export interface ConcludeGiven {
  workspace: string;
  graph: NewRun["graph"];
  revision: number;
  planNode: PlanNode;
  path: IterationPath;
  attempt: number;
  /** As it is now: asked after everything that is awaited. */
  state: () => RunState;
  blobs: NodeRunner["blobs"];
  children: Children;
  now: () => number;
  /** The run is no longer driven here: nothing is tried again. */
  isOver: () => boolean;
}

/** Turns what an attempt yielded into events. Never throws: what cannot be recorded is a failed attempt. */
export async function conclude(result: RunnerResult, given: ConcludeGiven): Promise<Conclusion> {
  try {
    return await concludeResult(result, given);
  } catch (error) {
    return failed(toFailure(error instanceof ApiError ? new NodeError("validation", error.message, { happened: "no" }) : error), given);
  }
}

async function concludeResult(result: RunnerResult, given: ConcludeGiven): Promise<Conclusion> {
  const { planNode, blobs } = given;
  const at = atOf(given);
  switch (result.type) {
    case "done": {
      const outputs = await storeValues(result.outputs, blobs);
      const results = result.key === undefined ? undefined : [{ key: result.key, node: planNode.id, outputs }];
      return { events: [{ type: "node-succeeded", ...at, outputs }], ...(results && { results }) };
    }
    case "reused": {
      const { run, node, outputs } = result.result;
      return { events: [{ type: "node-reused", ...at, outputs, reason: "cache", from: { run, node } }] };
    }
    case "wait": {
      const { request } = result;
      return { events: request.kind === "budget" || request.kind === "set-aside" ? budgetEvents(request, given) : [{ type: "node-waiting", ...at, request }] };
    }
    case "call": {
      return concludeCalls(result.requests, given);
    }
    case "iterate":
      return concludeIterate(result.request, given);
    case "stop":
      return {
        events: [
          { type: "node-succeeded", ...at, outputs: {} },
          { type: "run-stopping", state: result.state, reason: result.reason, actor: "run" },
        ],
      };
    case "failed":
      return failed(result.failure, given);
  }
}

async function concludeCalls(requests: readonly CallRequest[], given: ConcludeGiven): Promise<Conclusion> {
  const parent = parentOf(given);
  const opening = await Promise.all(
    requests.map(async (request) => {
      const isGraph = "graph" in request;
      const make = () => (isGraph ? given.children.call(parent, request) : given.children.tool(parent, request));
      return opened(await untilStored(make, given.isOver), {
        ...atOf(given),
        name: request.name,
        ...(isGraph ? { purpose: "call" } : { purpose: "tool", callee: request.node }),
      });
    }),
  );
  return { events: opening.flatMap(({ events }) => events), children: opening.flatMap(({ children = [] }) => children) };
}

/** It waits for budget; where that was raised or has become free meanwhile, not at all. */
function budgetEvents(request: BudgetRequest, { state, now, planNode, path }: ConcludeGiven): RunEventBody[] {
  const at = { node: planNode.id, path };
  const shortage = shortageFor(state(), at, { request, now: now() });
  if (shortage) return [{ type: "node-waiting", ...at, request: budgetWait(state(), at, { shortage, request }) }];
  const answer = { kind: "budget", at: new Date(now()).toISOString(), decision: "raised" } as const;
  return [
    { type: "node-waiting", ...at, request },
    { type: "wait-answered", ...at, name: request.name, answer, actor: "run" },
  ];
}

/**
 * The last word on runs that a node run begins, said as they are recorded: what other nodes have set aside until now is known then. Each is lent a part
 * of what is left. Where calls of tools are more than a budget allows, none is begun, and the node run waits.
 */
export function lendTo(conclusion: Conclusion, { state, node, path }: { state: RunState; node: NodeId; path: IterationPath }): Conclusion {
  const { events, children = [] } = conclusion;
  const opened = events.filter((event) => event.type === "child-opened");
  if (opened.length === 0) return conclusion;
  const at = { node, path };
  const shortage = callShortage(state, at, opened);
  if (shortage) {
    const request = { kind: "budget" as const, name: `budget:${opened[0]?.name}`, amount: shortage.amount, measure: shortage.measure, callee: shortage.callee };
    const run = state.nodes.get(nodeKey(node, path));
    const answer = run && Object.hasOwn(run.answers, request.name) ? run.answers[request.name] : undefined;
    if (answer?.kind === "budget" && answer.decision === "refused") {
      const failure = { code: "budget" as const, message: "The budget was not raised for these tool calls.", happened: "no" as const };
      return { events: [{ type: "attempt-failed", ...at, attempt: run?.attempt ?? 1, failure }] };
    }
    return { events: [{ type: "node-waiting", ...at, request: budgetWait(state, at, { shortage, request }) }] };
  }
  // the calls themselves count, too: only what is left beside them can be lent
  const calls = opened.filter(({ purpose }) => purpose === "tool").map((user) => ({ user, booking: { settled: { toolCalls: 1 } } }));
  const counted = foresee(state, calls);
  const loans = new Map<string, Amounts>();
  const lent = events.map((event) => {
    if (event.type !== "child-opened") return event;
    const loan = firstLoan(counted, { user: event, atOnce: opened.length, path });
    loans.set(event.run, loan);
    const { dollars, tokens, toolCalls } = loan;
    return {
      ...event,
      ...(dollars !== undefined && { reserved: dollars }),
      ...(tokens !== undefined && { tokens }),
      ...(toolCalls !== undefined && { toolCalls }),
    };
  });
  return { ...conclusion, events: lent, children: children.map((child) => withLoan(child, loans.get(child.id) ?? {})) };
}

function withLoan(child: NewRun, loan: Amounts): NewRun {
  if (Object.keys(loan).length === 0) return child;
  return { ...child, events: child.events.map((event) => (event.type === "run-created" ? { ...event, lent: loan } : event)) };
}

/** What keeps the calls of tools from being made: of each tool, and of all together. */
function callShortage(
  state: RunState,
  { node }: { node: NodeId },
  opened: readonly { purpose: string; callee?: NodeId | undefined }[],
): (Shortage & { callee?: NodeId | undefined }) | undefined {
  const calls = opened.filter(({ purpose }) => purpose === "tool");
  if (calls.length === 0) return undefined;
  const whole = shortageOf(state, { node }, { toolCalls: calls.length });
  if (whole) return whole;
  for (const [callee, made] of Map.groupBy(calls, (call) => call.callee)) {
    const shortage = shortageOf(state, { node, callee }, { toolCalls: made.length });
    if (shortage) return { ...shortage, callee };
  }
  return undefined;
}

async function concludeIterate(request: IterationRequest, given: ConcludeGiven): Promise<Conclusion> {
  const { planNode, path, blobs } = given;
  if (!isContainerRun(planNode, path)) throw new NodeError("unexpected", "Only a container has iterations.");
  const { count, onFailure } = request;
  if (!Number.isSafeInteger(count) || count < 0) throw new NodeError("unexpected", "The number of iterations is no number.");
  if (count > MAX_ITERATIONS)
    throw new NodeError(
      "limit",
      `${count.toLocaleString("en")} items are too many: at most ${MAX_ITERATIONS.toLocaleString("en")} at once. Split the list first.`,
      {
        happened: "no",
        details: { count, limit: MAX_ITERATIONS },
      },
    );
  if (onFailure !== "stop" && onFailure !== "go-on")
    throw new NodeError("unexpected", "The container does not say what becomes of the others after a failure.");
  for (const [port, list] of Object.entries(request.given)) {
    if (!Array.isArray(list)) throw new NodeError("unexpected", `What "${port}" gives to the iterations is no list.`);
    if (list.length !== count) throw new NodeError("unexpected", `"${port}" has ${list.length} values for ${count} iterations.`);
  }
  const lists = await storeValues(request.given, blobs);
  const earlier = given.state().nodes.get(nodeKey(planNode.id, path))?.iterations;
  const first = earlier ? earlier.first + earlier.count : 0;
  const concurrency = Math.max(1, Math.min(1_000, Math.trunc(request.concurrency) || 1));
  const event = { type: "iterations-opened" as const, ...atOf(given), first, count, given: lists, concurrency, onFailure };
  return { events: [count > MAX_OWN_ITERATIONS ? { ...event, delegated: true } : event] };
}

/** Goes on with iterations that run in runs of their own: begins the next part, or gathers what all of them yielded. */
export async function concludeDelegated(given: ConcludeGiven): Promise<Conclusion> {
  try {
    return await nextPart(given);
  } catch (error) {
    return failed(toFailure(error), given);
  }
}

async function nextPart(given: ConcludeGiven): Promise<Conclusion> {
  const { planNode, path, blobs } = given;
  const run = given.state().nodes.get(nodeKey(planNode.id, path));
  const { iterations } = run ?? {};
  if (!run || !iterations) throw new Error("There are no iterations to go on with.");
  const parts = (run.children ?? []).filter((child) => child.purpose === "slice" && (child.first ?? 0) >= iterations.first);
  const last = parts.at(-1)?.end;
  if (last && last.state !== "succeeded")
    return failed(last.failure ?? { code: "cancelled", message: `The run of a part ended as ${last.state}.`, happened: "no" }, given);
  const begun = parts.reduce((sum, { count = 0 }) => sum + count, 0);
  if (begun >= iterations.count) {
    const outputs = await joinLists(
      parts.map(({ end }) => end?.outputs ?? {}),
      blobs,
    );
    return { events: [{ type: "node-succeeded", ...atOf(given), outputs: await storeValues(outputs, blobs) }] };
  }
  const first = iterations.first + begun;
  const count = Math.min(MAX_OWN_ITERATIONS, iterations.count - begun);
  const lists: Record<string, unknown> = {};
  for (const [port, stored] of Object.entries(iterations.given)) lists[port] = ((await loadValue(stored, blobs)) as unknown[]).slice(begun, begun + count);
  const child = await untilStored(async () => given.children.slice(parentOf(given), { first, count, given: await storeValues(lists, blobs) }), given.isOver);
  return opened(child, { ...atOf(given), name: `part-${first}`, purpose: "slice", first, count });
}

/** Lists are put together in order; of what is no list the last counts. */
async function joinLists(parts: readonly StoredValues[], blobs: NodeRunner["blobs"]): Promise<Record<string, unknown>> {
  const joined: Record<string, unknown> = {};
  for (const outputs of parts) {
    for (const [port, stored] of Object.entries(outputs)) {
      const value = await loadValue(stored, blobs);
      const before = joined[port];
      if (Array.isArray(value) && Array.isArray(before)) for (const item of value) before.push(item);
      else joined[port] = Array.isArray(value) ? [...value] : value;
    }
  }
  return joined;
}

/** A node whose worker has a label runs in a run of its own there. */
export async function concludeElsewhere(given: ConcludeGiven): Promise<Conclusion> {
  try {
    const { planNode, path } = given;
    const run = given.state().nodes.get(nodeKey(planNode.id, path));
    const end = run?.children?.findLast(({ purpose }) => purpose === "worker")?.end;
    if (!end)
      return opened(await untilStored(() => given.children.worker(parentOf(given)), given.isOver), {
        ...atOf(given),
        name: `worker-${run?.children?.length ?? 0}`,
        purpose: "worker",
      });
    if (end.state === "succeeded") return { events: [{ type: "node-succeeded", ...atOf(given), outputs: end.outputs }] };
    const failure = end.failure ?? { code: "cancelled" as const, message: `The run on the worker ended as ${end.state}.`, happened: "no" as const };
    // its attempts were made there
    const handling = planNode.policy.onFailure;
    const command = { type: "fail" as const, node: planNode.id, path, failure, handling };
    return { events: [{ type: "node-failed", ...atOf(given), failure, handling, outputs: failureOutputs(given.state(), command) }] };
  } catch (error) {
    return failed(toFailure(error), given);
  }
}

function opened(
  child: NewRun,
  about: { node: NodeId; path: IterationPath; name: string; purpose: "call" | "tool" | "slice" | "worker"; callee?: NodeId; first?: number; count?: number },
): Conclusion {
  return { events: [{ type: "child-opened", ...about, run: child.id }], children: [child] };
}

function failed(failure: Failure, given: ConcludeGiven): Conclusion {
  return { events: [{ type: "attempt-failed", ...atOf(given), attempt: given.attempt, failure }] };
}

function atOf({ planNode, path }: ConcludeGiven) {
  return { node: planNode.id, path };
}

function parentOf(given: ConcludeGiven) {
  const { workspace, graph, revision, planNode, path } = given;
  return { state: given.state(), workspace, graph, revision, node: planNode.id, path };
}
