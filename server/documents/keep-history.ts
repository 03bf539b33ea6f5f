import type { GraphId } from "#runtime/graph/ids.ts";
import { graphIdSchema } from "#runtime/graph/ids.ts";
import type { Logger } from "../logger.ts";
import type { RevisionHistoryStore } from "../store/revision-history.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** Nobody has edited for so long: a stretch of work is over. */
const QUIET_MS = 10 * MINUTE;
/** Work that does not stop is cut so often. */
const LONGEST_MS = 60 * MINUTE;
const KEPT_MS = 30 * DAY;
/** Documents cut in one look, and revisions dropped in one. */
const AT_ONCE = 100;
const DROPPED_AT_ONCE = 500;

export interface HistoryGiven {
  store: RevisionHistoryStore;
  /** Makes the draft a revision, unless the newest one says the same. */
  cut(id: GraphId): Promise<unknown>;
  logger: Logger;
  everyMs?: number;
  now?: () => number;
}

export interface History {
  start(): void;
  /** Cuts what is due; answers the ids. */
  sweep(): Promise<GraphId[]>;
  /** Drops what nobody will look for; answers how many revisions. */
  thin(): Promise<number>;
  /** Waits for what is under way. */
  close(): Promise<void>;
}

/**
 * Keeps a history of every graph without anybody's doing: when people have stopped editing for ten minutes, and once an hour while they go on, what
 * they made becomes a revision with their names. Several processes may do it: a revision that would say the same as the newest is not cut.
 */
export function keepHistory({ store, cut, logger, everyMs = MINUTE, now = Date.now }: HistoryGiven): History {
  let seen: Date | undefined;
  let timer: NodeJS.Timeout | undefined;
  let working: Promise<unknown> = Promise.resolve();
  let isWorking = false;

  const sweep = async () => {
    const quietSince = new Date(now() - QUIET_MS);
    const due = await store.due({ after: seen, quietSince, olderThan: new Date(now() - LONGEST_MS), limit: AT_ONCE });
    const done: GraphId[] = [];
    for (const { id } of due) {
      const graph = graphIdSchema.safeParse(id);
      if (!graph.success) continue;
      await cut(graph.data).then(
        () => done.push(graph.data),
        (error: unknown) => logger.warn({ error, graph: id }, "A revision for the history could not be cut; the next edit tries again."),
      );
    }
    const last = due.length < AT_ONCE ? quietSince : due.at(-1)?.updatedAt;
    if (last && last <= quietSince) seen = last;
    return done;
  };
  return {
    start: () => {
      timer = setInterval(() => {
        if (isWorking) return;
        isWorking = true;
        working = sweep()
          .catch((error: unknown) => logger.warn({ error }, "The history could not be kept; trying again."))
          .finally(() => {
            isWorking = false;
          });
      }, everyMs).unref();
    },
    sweep,
    thin: () => store.thin({ before: new Date(now() - KEPT_MS), limit: DROPPED_AT_ONCE }),
    close: async () => {
      clearInterval(timer);
      await working;
    },
  };
}
