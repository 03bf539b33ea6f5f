import type { WaitRequest } from "#runtime/node/outcome.ts";
import type { ChildRecord, NodeRun, RunState } from "#runtime/run/run-state.ts";
import { amountText } from "./measure-words.ts";

/** What a run waits for: the node run that most wants somebody, or is due first. */
export interface RunWait {
  readonly run: NodeRun;
  readonly label: string;
  /** After the label: "waits for a person". Where another run is waited for, that run follows. */
  readonly text: string;
  /** The same once the other run has begun. */
  readonly begunText: string;
  readonly child: ChildRecord | undefined;
  /** Other node runs that wait as well. */
  readonly others: number;
}

/** Those that only somebody's deed ends come first. */
const ORDER: Readonly<Record<WaitRequest["kind"] | "uncertain" | "calling" | "retrying", number>> = {
  uncertain: 0,
  person: 0,
  budget: 0,
  "set-aside": 2,
  webhook: 1,
  calling: 2,
  retrying: 3,
  time: 3,
};

/** Undefined while nothing waits. `now`: times of the same day are told without the day. */
export function runWaitOf(state: RunState, now: number): RunWait | undefined {
  let first: NodeRun | undefined;
  for (const key of state.waiting) {
    const run = state.nodes.get(key);
    if (run && (!first || comesBefore(run, first))) first = run;
  }
  if (!first) return undefined;
  const { node, children } = first;
  const planNode = state.plan.nodes[node];
  const childRun = first.state === "calling" ? first.child : undefined;
  const child = children?.findLast(({ run }) => run === childRun);
  const text = waitText(first, { child, worker: planNode?.policy.worker, now });
  const begunText = child?.purpose === "worker" ? workerText("runs on", planNode?.policy.worker) : text;
  return { run: first, label: planNode?.label ?? node, text, begunText, child, others: state.waiting.size - 1 };
}

function comesBefore(one: NodeRun, other: NodeRun): boolean {
  const [a, b] = [rankOf(one), rankOf(other)];
  return a === b ? dueOf(one) < dueOf(other) : a < b;
}

function rankOf(run: NodeRun): number {
  if (run.state === "waiting") return ORDER[run.request.kind];
  return run.state === "uncertain" || run.state === "calling" || run.state === "retrying" ? ORDER[run.state] : Number.POSITIVE_INFINITY;
}

function dueOf(run: NodeRun): number {
  if (run.state === "retrying") return Date.parse(run.dueAt);
  const until = run.state === "waiting" && "until" in run.request ? run.request.until : undefined;
  return until === undefined ? Number.POSITIVE_INFINITY : Date.parse(until);
}

function waitText(run: NodeRun, { child, worker, now }: { child: ChildRecord | undefined; worker: string | undefined; now: number }): string {
  switch (run.state) {
    case "uncertain":
      return "needs a decision: did it happen?";
    case "retrying":
      return `tries again at ${formatInstant(run.dueAt, now)}`;
    case "calling":
      return callText(child, worker);
    case "waiting":
      return requestText(run.request, now);
    default:
      return "waits";
  }
}

function callText(child: ChildRecord | undefined, worker: string | undefined): string {
  if (child?.purpose === "worker") return workerText("waits for", worker);
  if (child?.purpose !== "slice" || child.first === undefined || child.count === undefined) return "waits for";
  return `waits for items ${child.first + 1} to ${child.first + child.count} in`;
}

function workerText(verb: string, label: string | undefined): string {
  return label === undefined ? `${verb} a worker with its label:` : `${verb} a worker labelled “${label}”:`;
}

function requestText(request: WaitRequest, now: number): string {
  switch (request.kind) {
    case "time":
      return `waits until ${formatInstant(request.until, now)}`;
    case "person":
      return `waits for a person${until(request.until, now)}`;
    case "webhook":
      return `waits for a call of its address${until(request.until, now)}`;
    case "budget":
      return request.measure === "timeMs" ? "waits: the run has used its time" : `waits for budget: it needs ${amountText(request.measure, request.amount)}`;
    case "set-aside":
      return `waits until ${amountText(request.measure, request.amount)} is free that others have set aside`;
  }
}

function until(instant: string | undefined, now: number): string {
  return instant === undefined ? "" : `, until ${formatInstant(instant, now)} at the latest`;
}

/** The time of an instant; with its day where that is another one. */
function formatInstant(instant: string, now: number): string {
  const at = new Date(instant);
  return at.toDateString() === new Date(now).toDateString()
    ? at.toLocaleTimeString("en")
    : at.toLocaleString("en", { dateStyle: "medium", timeStyle: "short" });
}
