import { randomUUID } from "node:crypto";
import { ApiError } from "../api-error.ts";
import { API_ERRORS, type ApiErrorCode, type ProblemDocument } from "../contract/api-error.ts";
import type { Logger } from "../logger.ts";
import { DatabaseUnavailableError, isDiskFull, sqlStateOf } from "../store/database/database-errors.ts";

/** The problem document of an error with a stable code. */
export function problemOf(error: ApiError): ProblemDocument {
  const { status, title } = API_ERRORS[error.code];
  return { type: `urn:heddle:problem:${error.code}`, title, status, code: error.code, detail: error.message, ...error.details };
}

/** Any error as one with a stable code. What nobody expected is logged under an id, and the id is all the caller gets to know. */
export function asApiError(error: unknown, logger: Logger): ApiError {
  if (error instanceof ApiError) return error;
  const known = fromDatabase(error) ?? fromExpress(error);
  if (known) {
    if (API_ERRORS[known.code].status >= 500) logger.error({ error }, known.message);
    return known;
  }
  const id = randomUUID();
  logger.error({ error, id }, "A request failed for an unexpected reason.");
  return new ApiError("internal", `Something unexpected happened. The server's log tells more under ${id}.`, { cause: error });
}

/** What the contract lets through and no column can hold, by SQLSTATE. */
const UNSTORABLE: Record<string, string> = {
  "22003": "A number in the request is larger than any there is here.",
  "22021": "A text in the request holds a zero character.",
  "22P05": "A text in the request holds a character that cannot be stored.",
};

function fromDatabase(error: unknown): ApiError | undefined {
  if (isDiskFull(error))
    return new ApiError("storage-full", "The disk is full, so nothing can be saved. Free some space and try again; nothing was lost.", { cause: error });
  const unstorable = UNSTORABLE[sqlStateOf(error) ?? ""];
  if (unstorable) return new ApiError("bad-request", unstorable, { cause: error });
  if (error instanceof DatabaseUnavailableError) return new ApiError("unavailable", `${error.message} ${error.advice}`, { cause: error });
  return undefined;
}

/** Express refuses paths it cannot decode with a status of its own. */
function fromExpress(error: unknown): ApiError | undefined {
  if (!(error instanceof Error && "status" in error && typeof error.status === "number")) return undefined;
  const code: ApiErrorCode | undefined = error.status === 404 ? "not-found" : error.status >= 400 && error.status < 500 ? "bad-request" : undefined;
  return code && new ApiError(code, "The address of the request cannot be read.", { cause: error });
}
