import type { SandboxLimits, SandboxLog } from "#nodes/kit/code/service.ts";
import type { FailureCode } from "#runtime/node/node-error.ts";

/** What crosses the border between the main thread and a sandbox worker. Values cross as JSON text. */
export type Job =
  | { type: "code"; source: string; language: "javascript" | "typescript"; inputs: string; limits: SandboxLimits }
  | { type: "jsonata"; expression: string; input: string; limits: SandboxLimits };

export type Outcome = { type: "done"; text: string } | { type: "failed"; code: FailureCode; message: string; details?: Record<string, unknown> };

export interface Performed {
  outcome: Outcome;
  /** The worker must not be used again. */
  spent: boolean;
}

export type WorkerMessage = { type: "ready" } | { type: "log"; line: SandboxLog } | ({ type: "outcome" } & Performed);

/** Levels of lists and objects a result may have. */
export const maxResultDepth = 64;

export const failed = (code: FailureCode, message: string, details?: Record<string, unknown>): Outcome =>
  details === undefined ? { type: "failed", code, message } : { type: "failed", code, message, details };

export const timedOut = (what: "code" | "expression", timeoutMs: number): Outcome =>
  failed("timeout", `The ${what} ran longer than its limit of ${timeoutMs} ms and was ended.`);

export const tooLarge = (outputBytes: number): Outcome => failed("limit", `The result is larger than ${outputBytes} bytes.`);
