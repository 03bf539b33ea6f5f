import { NodeError } from "#runtime/node/node-error.ts";
import type { IterationResult } from "#runtime/node/outcome.ts";

/** What a container fails with when one of its iterations failed: the iteration's own failure, with its index (from 0). */
export function iterationError({ index, failure }: Pick<IterationResult, "index" | "failure">): NodeError {
  const { code = "unexpected", message = "An iteration failed.", happened = "unknown" } = failure ?? {};
  return new NodeError(code, message, { happened, details: { index } });
}
