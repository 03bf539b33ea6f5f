import { ApiError } from "../api-error.ts";
import { isDiskFull } from "../store/database/database-errors.ts";
import type { Refusal } from "./verdict.ts";

const WAIT_MS = 10_000;

/** Turns a refused edit of our own into the error its caller gets. */
export function requireAccepted<T extends { type: string }>(outcome: T | Refusal): Exclude<T, Refusal> {
  const refusal = outcome as Refusal;
  if (refusal.type === "over-limit") throw new ApiError("too-large", refusal.reason);
  if (refusal.type === "malformed") {
    throw new ApiError("invalid-graph", refusal.reason, { problems: [{ code: "schema", severity: "error", message: refusal.reason }] });
  }
  if (refusal.type === "unavailable" || refusal.type === "incomplete") throw new ApiError("unavailable", "Documents cannot be changed at present. Try again.");
  return outcome as Exclude<T, Refusal>;
}

/** Waits for an edit to be stored, but not for ever: a database that takes nothing is told to the caller. The edit stays on its way. */
export async function within<T>(work: Promise<T>, problem: () => unknown): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(notTaken(problem())), WAIT_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function notTaken(cause: unknown): ApiError {
  if (isDiskFull(cause)) return new ApiError("storage-full", "The disk is full. Make room; the change is stored as soon as there is some.", { cause });
  return new ApiError("unavailable", "The database does not answer. The change is stored as soon as it does.", { cause });
}
