import { NodeError } from "#runtime/node/node-error.ts";
import { ApiError } from "../api-error.ts";

const RETRY_MS = [50, 200, 1_000, 5_000];

/**
 * Does what needs the database until it takes it, as the committer does: a database that is away for a moment is no failure of the node
 * that happens to need it. `ApiError` and `NodeError` say that the request is at fault, and are thrown; so is everything once `isOver`.
 */
export async function untilStored<Result>(work: () => Promise<Result>, isOver: () => boolean): Promise<Result> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (error instanceof ApiError || error instanceof NodeError || isOver()) throw error;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)]));
    }
  }
}
