import type { Problem } from "#runtime/plan/problems.ts";
import type { ApiErrorCode } from "./contract/api-error.ts";

export interface ApiErrorDetails {
  /** Where a body or query is wrong, as JSON pointers. */
  errors?: { path: string; message: string }[];
  /** What is wrong with a graph. */
  problems?: Problem[];
  /** For `conflict`: the state that stands in the way. */
  state?: string;
  /** Seconds after which it may be tried again, as `Retry-After` tells them. */
  retryAfter?: number;
  /** For `conflict` on a gate: the decision that was first. */
  decided?: { decision: string; actor: string; note: string };
}

/** An error with a stable code, answered as it is: the message tells what went wrong and what to do, and holds no secret. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly code: ApiErrorCode;
  readonly details: ApiErrorDetails;

  constructor(code: ApiErrorCode, message: string, details: ApiErrorDetails & ErrorOptions = {}) {
    const { cause, ...rest } = details;
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.details = rest;
  }
}
