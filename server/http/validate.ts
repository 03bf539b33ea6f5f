import type { z } from "zod";
import { pointer } from "#runtime/graph/json.ts";
import { ApiError } from "../api-error.ts";

const MAX_ERRORS = 100;

type Fault = { path: string; message: string };

/**
 * What a schema makes of a part of a request. Throws `ApiError` that says where it does not fit: `bad-request`, or `not-found` for an
 * address, since nothing can be there.
 */
export function validate<Schema extends z.ZodType>(schema: Schema, value: unknown, part: "address" | "query" | "body"): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.flatMap((issue) => faultsOf(issue, [])).slice(0, MAX_ERRORS);
  const first = errors[0];
  throw new ApiError(
    part === "address" ? "not-found" : "bad-request",
    `The ${part} does not fit${first ? `: ${first.path ? `${first.path}: ` : ""}${first.message}` : "."}`,
    { errors },
  );
}

/** An unknown key is reported at its own place; of the members of a union, the one that came closest speaks. */
function faultsOf(issue: z.core.$ZodIssue, before: readonly PropertyKey[]): Fault[] {
  const path = [...before, ...issue.path];
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => ({ path: pointer([...path, key]), message: "This is not known here." }));
  if (issue.code === "invalid_union") {
    const branches = issue.errors.map((issues) => issues.flatMap((inner) => faultsOf(inner, path))).filter((faults) => faults.length > 0);
    const closest = branches.sort((left, right) => left.length - right.length)[0];
    if (closest) return closest;
  }
  return [{ path: pointer(path), message: issue.message }];
}
