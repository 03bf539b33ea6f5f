import { z } from "zod";
import type { Effect } from "../node/effect.ts";
import { type FailureCode, NodeError } from "../node/node-error.ts";

const failureCodes = [
  "validation",
  "expression",
  "auth",
  "policy",
  "budget",
  "not-found",
  "http-status",
  "network",
  "timeout",
  "limit",
  "tool",
  "code",
  "cancelled",
  "worker-lost",
  "step-mismatch",
  "node-upgraded",
  "unexpected",
] as const satisfies readonly FailureCode[];

/** Why an attempt went wrong, as it is stored. */
export const failureSchema = z.strictObject({
  code: z.enum(failureCodes),
  message: z.string(),
  happened: z.enum(["no", "unknown"]),
  details: z.record(z.string(), z.unknown()).optional(),
  retryAfterMs: z.number().optional(),
});
export type Failure = z.infer<typeof failureSchema>;

const MAX_MESSAGE = 4_000;
/** Characters of JSON that the details of one failure may have. */
const MAX_DETAILS = 64 * 1024;

/** Whatever was thrown, as a stored failure: always plain JSON, whatever its author put into it. Never throws. */
export function toFailure(thrown: unknown): Failure {
  const message = messageOf(thrown).slice(0, MAX_MESSAGE);
  const unexpected = { code: "unexpected", message, happened: "unknown" } as const;
  try {
    if (!(thrown instanceof NodeError)) return unexpected;
    const { code, happened, retryAfterMs } = thrown;
    const details = thrown.details && plainDetails(thrown.details);
    const failure = { code, message, happened, ...(details && { details }), ...(Number.isFinite(retryAfterMs) && { retryAfterMs }) };
    return failureSchema.safeParse(failure).success ? failure : unexpected;
  } catch {
    return unexpected;
  }
}

function messageOf(thrown: unknown): string {
  try {
    return thrown instanceof Error ? String(thrown.message) : `A value that is no error was thrown: ${String(thrown)}`;
  } catch {
    return "A value that cannot be told in words was thrown.";
  }
}

/** A circle or a BigInt in them must not keep the failure from being recorded. */
function plainDetails(details: Record<string, unknown>): Record<string, unknown> | undefined {
  try {
    const text = JSON.stringify(details);
    return text.length <= MAX_DETAILS ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the code names something that may go away by itself. Statuses: 408, 425, 429 and 5xx (`quality.md`, runtime rules). */
export function isTransient(failure: Failure): boolean {
  switch (failure.code) {
    case "network":
    case "timeout":
    case "worker-lost":
    case "unexpected":
      return true;
    case "http-status": {
      const status = Number(failure.details?.status);
      return status === 408 || status === 425 || status === 429 || status >= 500;
    }
    default:
      return false;
  }
}

/** Whether an attempt of this failure may have ended without proof of what happened. */
function endedWithoutProof(failure: Failure): boolean {
  if (failure.happened === "no") return false;
  return (
    ["network", "timeout", "worker-lost", "unexpected", "cancelled"].includes(failure.code) ||
    (failure.code === "http-status" && Number(failure.details?.status) >= 500)
  );
}

/** Times a driver may be lost during one node run before it fails as `worker-lost`. */
const MAX_LOSSES = 3;

export type FailureDecision = { type: "retry"; backoff: Backoff } | { type: "uncertain" } | { type: "fail" };

/** Full-jitter backoff: the wait is drawn evenly between `atLeastMs` and `atLeastMs + min(capMs, baseMs × 2^(attempt − 1))`. */
export interface Backoff {
  baseMs: number;
  capMs: number;
  /** What the other side asked for (Retry-After), at most 10 minutes. */
  atLeastMs: number;
}

/** What becomes of a failed attempt: decided by data alone. `attempt` is the one that failed, from 1, interrupted ones not counted. */
export function decideFailure(failure: Failure, given: { effect: Effect; attempt: number; attempts: number; losses: number }): FailureDecision {
  const { effect, attempt, attempts, losses } = given;
  if (effect === "write" && endedWithoutProof(failure)) return { type: "uncertain" };
  // a graceful stop (happened "no") is no loss: the attempt is simply made again
  if (failure.code === "worker-lost") return losses >= MAX_LOSSES ? { type: "fail" } : { type: "retry", backoff: { baseMs: 0, capMs: 0, atLeastMs: 0 } };
  if (!isTransient(failure) || attempt >= attempts) return { type: "fail" };
  if (effect === "write" && failure.happened !== "no") return { type: "fail" };
  const base = effect === "pure" ? 0 : 1_000;
  return { type: "retry", backoff: { baseMs: base, capMs: 60_000, atLeastMs: Math.min(failure.retryAfterMs ?? 0, 600_000) } };
}
