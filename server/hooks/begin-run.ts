import type { GraphId, NodeId, RunId } from "#runtime/graph/ids.ts";
import type { Json } from "#runtime/graph/json.ts";
import { ApiError } from "../api-error.ts";
import type { RunListener } from "../engine/live-hub.ts";

export interface BeginRun {
  graph: GraphId;
  /** Absent: one is cut from the draft. */
  revision?: number | undefined;
  /** Absent: in a graph without entries. */
  entry?: NodeId | undefined;
  input: Record<string, Json>;
  actor: string;
  /** Who begins it, where that is not the actor that it runs as; null: nobody who is known. */
  startedBy?: string | null | undefined;
  trigger: "webhook" | "form" | "test";
  /** Dollars it may cost before it asks; absent: what the graph says. */
  budget?: number | undefined;
  idempotencyKey?: string | undefined;
  /** Follows the run from its first event; not called when the key was used before. */
  listener?: RunListener | undefined;
}

export interface BegunRun {
  run: { id: RunId };
  /** False: the key was used before, and this is the run it began. */
  created: boolean;
  /** Ends what `listener` asked for. */
  unfollow: () => void;
}

/** Records a run and resolves once it is committed. Throws `ApiError`. */
export type BeginRunPort = (given: BeginRun) => Promise<BegunRun>;

const LONGEST_COMMIT_MS = 15_000;

/** A begin that is not kept waiting for ever, and tells its caller nothing about the graph. */
export function guardedBegin(begin: BeginRunPort, problem: () => unknown): BeginRunPort {
  const unavailable = () => new ApiError("unavailable", "Runs cannot be recorded at the moment. Try again later.");
  return async (given) => {
    if (problem() !== undefined) throw unavailable();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(unavailable()), LONGEST_COMMIT_MS);
    });
    const beginning = begin(given);
    try {
      return await Promise.race([beginning, late]);
    } catch (error) {
      beginning.then(({ unfollow }) => unfollow()).catch(() => undefined);
      if (error instanceof ApiError && error.code === "invalid-graph")
        throw new ApiError("unprocessable", "The graph cannot run as it is. Its editor tells why.", { cause: error });
      throw error;
    } finally {
      clearTimeout(timer);
    }
  };
}
