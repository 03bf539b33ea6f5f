/** Whether the effect of a failed attempt is known not to have happened. `unknown` is the safe default. */
export type Happened = "no" | "unknown";

/**
 * Why an attempt failed. The code decides, by data, whether the attempt may be repeated (see `runtime/run/failure.ts`).
 * Sources: `quality.md` runtime rules; `http-status` carries its status in `details.status`.
 */
export type FailureCode =
  | "validation" // configuration, input or output does not fit its schema
  | "expression" // a {{ … }} expression could not be evaluated
  | "auth" // credentials refused
  | "policy" // a rule forbids it (egress, permission, safety)
  | "budget" // tokens, money or time used up
  | "not-found" // what it refers to does not exist
  | "http-status" // an HTTP answer that is not a success
  | "network" // could not connect, or the connection broke
  | "timeout" // took longer than the node's limit
  | "limit" // too large, too deep, too many
  | "tool" // a tool answered with an error of its own
  | "code" // user code threw
  | "cancelled" // the abort signal fired
  | "worker-lost" // the process that ran it disappeared
  | "step-mismatch" // a recorded step was asked for again with another input
  | "node-upgraded" // recorded by an incompatible version of the node
  | "unexpected"; // a bug: anything thrown that is not a NodeError

export interface NodeErrorOptions {
  /** Whether the effect is known not to have happened; `unknown` when left out. */
  happened?: Happened;
  /** Facts for the person who reads the failure (status, path, …). JSON, never secrets. */
  details?: Record<string, unknown>;
  /** Milliseconds the other side asked us to wait (Retry-After). */
  retryAfterMs?: number;
  cause?: unknown;
}

/** The one class node authors throw. Anything else thrown becomes the failure `unexpected`. */
export class NodeError extends Error {
  readonly code: FailureCode;
  readonly happened: Happened;
  readonly details: Record<string, unknown> | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(code: FailureCode, message: string, options: NodeErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.name = "NodeError";
    this.code = code;
    this.happened = options.happened ?? "unknown";
    this.details = options.details;
    this.retryAfterMs = options.retryAfterMs;
  }
}
