import type { NodeId } from "#runtime/graph/ids.ts";
import type { StoredValues } from "#runtime/graph/stored-value.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import type { CallRequest, IterationRequest, WaitRequest } from "#runtime/node/outcome.ts";
import type { PlanNode } from "#runtime/plan/plan.ts";
import { affords } from "#runtime/run/dollars.ts";
import type { IterationPath, RecordedAnswer, RunEventBody } from "#runtime/run/events.ts";
import { type Failure, toFailure } from "#runtime/run/failure.ts";
import { isContainerRun } from "#runtime/run/node-runs.ts";
import { nodeKey, type RunState } from "#runtime/run/run-state.ts";
import { ApiError } from "../api-error.ts";
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
      const events: RunEventBody[] = [{ type: "node-waiting", ...at, request }];
      const answer = earlyAnswer(request, given);
      if (answer) events.push({ type: "wait-answered", ...at, name: request.name, answer, actor: "outside" });
      return { events };
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

/** They share what is left of the budget. */
async function concludeCalls(requests: readonly CallRequest[], given: ConcludeGiven): Promise<Conclusion> {
  const parent = { ...parentOf(given), share: requests.length };
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

/** What ends a wait as it begins: a call that came before it, or a budget that was raised meanwhile (an earlier raise was not enough). */
function earlyAnswer(request: WaitRequest, { state, now }: ConcludeGiven): RecordedAnswer | undefined {
  if (request.kind !== "budget" || !affords(state().cost, request.amount)) return undefined;
  return { kind: "budget", at: new Date(now()).toISOString(), decision: "raised" };
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
  const [created] = child.events;
  const reserved = created?.type === "run-created" ? created.budget : undefined;
  return { events: [{ type: "child-opened", ...about, run: child.id, ...(reserved !== undefined && { reserved }) }], children: [child] };
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
