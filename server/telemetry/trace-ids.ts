import { createHash } from "node:crypto";

/**
 * Ids that follow from what they name, so that every process that has a run in hand adds to the same trace, and a span can be pointed at
 * before it is made. `part` is a node key, with `#n` after it for the n-th step of that node run; empty for the run itself.
 */
export function traceIdOf(run: string): string {
  return digest(`trace ${run}`).slice(0, 32);
}

export function spanIdOf(run: string, part = ""): string {
  return digest(`span ${run} ${part}`).slice(0, 16);
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
