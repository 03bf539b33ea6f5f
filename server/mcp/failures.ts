import { type Happened, NodeError } from "#runtime/node/node-error.ts";

/** What a person can do about a connection that does not start. */
export interface StartProblem {
  message: string;
  advice: string;
  /** The last lines the server wrote to its error output. */
  stderr?: string;
  retryAfterMs?: number;
  /** The server does not take who asks: somebody has to authorize Heddle, or to give another secret. */
  isRefused?: boolean;
  cause?: unknown;
}

/** Characters of a server's output that a failure carries: failures are stored with runs. */
const MAX_OUTPUT = 8_000;

/** Nothing was sent: the failure `network` with proof that nothing happened. */
export function couldNotStart({ message, advice, stderr, retryAfterMs, cause }: StartProblem): NodeError {
  const details = { advice, ...(stderr ? { stderr: stderr.slice(-MAX_OUTPUT) } : {}) };
  return new NodeError("network", message, { happened: "no", details, ...(retryAfterMs !== undefined && { retryAfterMs }), cause });
}

/** Reads a failure made by `couldNotStart` back; other errors get general advice. */
export function describeProblem(error: unknown): StartProblem {
  const message = error instanceof Error ? error.message : String(error);
  const details = error instanceof NodeError ? error.details : undefined;
  const stderr = typeof details?.stderr === "string" ? details.stderr : undefined;
  const advice = typeof details?.advice === "string" ? details.advice : "Check the settings of the connection and the output of the server.";
  return { message, advice, ...(stderr ? { stderr } : {}), ...(error instanceof NodeError && error.code === "auth" && { isRefused: true }) };
}

export function notFound(message: string): NodeError {
  return new NodeError("not-found", message, { happened: "no" });
}

/** A call that waited for an answer has not outlived the process, or the time that a server may wait. */
export function notOpen(tool: string): NodeError {
  return new NodeError(
    "network",
    `The server asked something while "${tool}" was called, and the call is no longer open (after a restart, a change of the connection, or a day): nobody knows whether it was carried out.`,
    { details: { isOpen: false } },
  );
}

/** Whether a failure is that of `notOpen`. */
export function isNotOpen(error: unknown): boolean {
  return error instanceof NodeError && error.details?.isOpen === false;
}

/** Why a call ended before its answer came. */
export type CallEnd = { type: "cancelled" } | { type: "silent"; afterMs: number } | { type: "too-long"; afterMs: number };

export function endedFailure(end: CallEnd, tool: string, happened: Happened): NodeError {
  switch (end.type) {
    case "cancelled":
      return new NodeError("cancelled", `The call of "${tool}" was cancelled.`, { happened });
    case "silent":
      return new NodeError("timeout", `"${tool}" gave no answer and no sign of progress for ${end.afterMs / 1000} s.`, { happened });
    case "too-long":
      return new NodeError("timeout", `"${tool}" took longer than ${end.afterMs / 1000} s in all.`, { happened });
  }
}

/** What is thrown before a call is sent and is no `NodeError` yet: nothing happened. */
export function asUnsent(error: unknown): NodeError {
  if (error instanceof NodeError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return couldNotStart({ message: `The MCP server could not be reached: ${reason}`, advice: "Test the connection.", cause: error });
}
