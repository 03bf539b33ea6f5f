import type { Problem } from "#runtime/plan/problems.ts";
import { type ApiErrorCode, problemDocumentSchema } from "#server/contract/api-error.ts";

export interface ApiProblemDetails {
  /** HTTP status; 0 when no answer came. */
  status: number;
  title: string;
  /** Where the request does not fit, as JSON pointers. */
  errors?: readonly { path: string; message: string }[] | undefined;
  /** For `invalid-graph`: what is wrong with it. */
  problems?: readonly Problem[] | undefined;
  /** For `rate-limited`: seconds after which it may be tried again. */
  retryAfter?: number | undefined;
  cause?: unknown;
}

/**
 * What the API answered instead of what was asked for. `code` is one of `API_ERRORS`, or `network` (no answer came) or
 * `unexpected-answer` (it is none that this page knows). The message says what went wrong and what to do.
 */
export class ApiProblem extends Error {
  override readonly name = "ApiProblem";
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly errors: readonly { path: string; message: string }[];
  readonly problems: readonly Problem[];
  readonly retryAfter: number | undefined;

  constructor(code: string, message: string, details: ApiProblemDetails) {
    super(message, { cause: details.cause });
    this.code = code;
    this.status = details.status;
    this.title = details.title;
    this.errors = details.errors ?? [];
    this.problems = details.problems ?? [];
    this.retryAfter = details.retryAfter;
  }
}

export function networkProblem(cause: unknown): ApiProblem {
  return new ApiProblem("network", "Heddle does not answer. See that it is still running, then try again.", { status: 0, title: "No connection", cause });
}

export function unexpectedAnswer(status: number, cause?: unknown): ApiProblem {
  const message = "The answer is none that this page knows. Reload the page; it may be older than the server.";
  return new ApiProblem("unexpected-answer", message, { status, title: "Unexpected answer", cause });
}

/** The problem an error response tells of, whatever its body. */
export function problemOf(status: number, body: unknown): ApiProblem {
  const parsed = problemDocumentSchema.safeParse(body);
  if (!parsed.success) return new ApiProblem("internal", `Heddle answered ${status} without saying why. Try again.`, { status, title: "Something went wrong" });
  const { code, detail, title, errors, problems, retryAfter } = parsed.data;
  return new ApiProblem(code, detail, { status, title, errors, problems, retryAfter });
}

/** What went wrong, in words for people. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : "Something went wrong. Try again.";
}

/** Whether the API answered with this code. */
export function hasCode(error: unknown, code: ApiErrorCode): boolean {
  return error instanceof ApiProblem && error.code === code;
}

/** What the API found wrong at a place of the request, or below it. */
export function errorsAt(error: unknown, path: string): string[] {
  if (!(error instanceof ApiProblem)) return [];
  return error.errors.filter((each) => each.path === path || each.path.startsWith(`${path}/`)).map(({ message }) => message);
}
