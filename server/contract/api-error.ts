import { z } from "zod";
import { problemSchema } from "#runtime/plan/problems.ts";

/** Every error the API answers: code → HTTP status, title, and the close code a websocket uses for it. */
export const API_ERRORS = {
  "bad-request": { status: 400, title: "The request does not fit", close: 4400 },
  "malformed-json": { status: 400, title: "The body is not JSON", close: 4400 },
  unauthenticated: { status: 401, title: "Sign in first", close: 4401 },
  "wrong-signature": { status: 401, title: "The signature does not fit", close: 4401 },
  forbidden: { status: 403, title: "Not allowed", close: 4403 },
  "person-required": { status: 403, title: "A person has to do this", close: 4403 },
  "wrong-origin": { status: 403, title: "The request came from another site", close: 4403 },
  "not-found": { status: 404, title: "Not found", close: 4404 },
  "method-not-allowed": { status: 405, title: "This address takes other methods", close: 4400 },
  conflict: { status: 409, title: "That makes no sense in the present state", close: 4409 },
  gone: { status: 410, title: "That is over", close: 4404 },
  "too-large": { status: 413, title: "Too large", close: 4413 },
  "unsupported-media-type": { status: 415, title: "Send JSON", close: 4400 },
  "wrong-host": { status: 421, title: "This host name is not served here", close: 4403 },
  "invalid-graph": { status: 422, title: "The graph has problems", close: 4400 },
  unprocessable: { status: 422, title: "The request cannot be carried out as it is", close: 4400 },
  "rate-limited": { status: 429, title: "Too many requests", close: 4529 },
  internal: { status: 500, title: "Something went wrong in Heddle", close: 4500 },
  "storage-full": { status: 507, title: "The disk is full", close: 4507 },
  unavailable: { status: 503, title: "Not ready", close: 4503 },
} as const;
export type ApiErrorCode = keyof typeof API_ERRORS;

/** RFC 9457 problem document. */
export const problemDocumentSchema = z.looseObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  /** Stable; one of `API_ERRORS`. */
  code: z.string(),
  /** What went wrong and what to do. */
  detail: z.string(),
  /** For bad bodies and queries: where, as a JSON pointer, and what. */
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  /** For `invalid-graph`: what is wrong with it. */
  problems: z.array(problemSchema).optional(),
  /** For `rate-limited`: seconds after which to try again. */
  retryAfter: z.number().optional(),
});
export type ProblemDocument = z.infer<typeof problemDocumentSchema>;
