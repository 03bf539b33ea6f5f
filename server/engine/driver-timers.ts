import type { Plan } from "#runtime/plan/plan.ts";
import { activeMsAt } from "#runtime/run/active-time.ts";
import type { RunEventBody } from "#runtime/run/events.ts";
import type { RunState } from "#runtime/run/run-state.ts";
import { WARN_AT } from "#runtime/run/shortage.ts";

/** Milliseconds a run may take, waiting excluded, when its graph does not say (`quality.md`: 24 h). */
const DEFAULT_TIMEOUT_MS = 86_400_000;
/** Events one run may have before it is stopped. */
const MAX_EVENTS = 100_000;
/** Bytes of values one run may hold. */
const MAX_BYTES = 64 * 1024 * 1024;

/** The waits and retries whose time has come. */
export function dueEvents(state: RunState, now: number): RunEventBody[] {
  const events: RunEventBody[] = [];
  if (state.phase.type === "stopping" || state.phase.type === "finished") return events;
  for (const key of state.waiting) {
    const run = state.nodes.get(key);
    if (run?.state === "retrying" && Date.parse(run.dueAt) <= now) events.push({ type: "retry-due", node: run.node, path: run.path });
    const until = run?.state === "waiting" && "until" in run.request ? run.request.until : undefined;
    if (run?.state !== "waiting" || until === undefined || Date.parse(until) > now) continue;
    const answer = { kind: "time", at: new Date(now).toISOString() } as const;
    events.push({ type: "wait-answered", node: run.node, path: run.path, name: run.request.name, answer, actor: "clock" });
  }
  return events;
}

/** The end of a run that has had all the time, events or bytes there are. */
export function limitEvents(state: RunState, given: { now: number; bytes: number; lastActivity: number }): RunEventBody[] {
  const { phase, seq, plan } = state;
  if (phase.type === "stopping" || phase.type === "finished") return [];
  const stopping = (end: "timed-out" | "failed", reason: string): RunEventBody[] => [{ type: "run-stopping", state: end, reason, actor: "clock" }];
  if (timeLeft(state, given.now) <= 0) return stopping("timed-out", outOfTime(state));
  const { idleTimeoutMs } = plan.settings;
  if (idleTimeoutMs !== undefined && state.running.size > 0 && given.now - given.lastActivity >= idleTimeoutMs)
    return stopping("timed-out", `Nothing happened in the run for ${idleTimeoutMs} ms.`);
  if (seq > MAX_EVENTS) return stopping("failed", `The run recorded more than ${MAX_EVENTS.toLocaleString("en")} events. Split the work over several runs.`);
  if (given.bytes > MAX_BYTES)
    return stopping("failed", `The run holds more than ${MAX_BYTES / 1024 / 1024} MiB. Hand on files, or less of what the nodes yield.`);
  return [];
}

/** Milliseconds that a run may still take, waiting excluded. Runs it waits for get no more than that. */
export function timeLeft(state: RunState, now: number): number {
  return timeoutMs(state) - activeMsAt(state, now);
}

/** The instant (milliseconds) at which the run has to be looked at for its limits of time. */
export function nextDeadline(state: RunState, lastActivity: number): number {
  const { activeSince, activeMs, plan } = state;
  const whole = activeSince ? Date.parse(activeSince) + timeoutMs(state) - activeMs : Number.POSITIVE_INFINITY;
  const warning = warningAt(state);
  const idle = plan.settings.idleTimeoutMs !== undefined && state.running.size > 0 ? lastActivity + plan.settings.idleTimeoutMs : Number.POSITIVE_INFINITY;
  return Math.min(whole, idle, warning);
}

/** When most of the time is used that the run may take before somebody is asked. */
function warningAt({ time, activeSince, activeMs }: RunState): number {
  if (time.budgetMs === undefined || time.warned || !activeSince) return Number.POSITIVE_INFINITY;
  return Math.ceil(Date.parse(activeSince) + WARN_AT * time.budgetMs - activeMs);
}

function timeoutMs({ plan, origin }: RunState): number {
  return Math.min(ownTimeoutMs(plan), origin?.timeMs ?? Number.POSITIVE_INFINITY);
}

function ownTimeoutMs({ settings }: Plan): number {
  return settings.timeoutMs ?? DEFAULT_TIMEOUT_MS;
}

function outOfTime({ plan, origin }: RunState): string {
  const isParents = origin?.timeMs !== undefined && origin.timeMs <= ownTimeoutMs(plan);
  return isParents ? `The time of the run ${origin.parent?.run}, which waits for this one, is over.` : `The run took longer than ${ownTimeoutMs(plan)} ms.`;
}
