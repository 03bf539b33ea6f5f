import type { Logger } from "../logger.ts";
import type { Violation } from "../store/check-invariants.ts";

const EVERY_MS = 3_600_000;
/** Violations that one look writes out; their number is always told. */
const SHOWN = 20;

export interface InvariantWatch {
  /** Waits for a look that is under way. */
  close(): Promise<void>;
}

export interface InvariantWatchGiven {
  /** Says what is wrong among what has changed since then. */
  check: (since: Date) => Promise<readonly Violation[]>;
  logger: Logger;
  everyMs?: number;
}

/**
 * Looks every hour whether what is stored still holds together. What it finds goes to the log as an error: it points at a
 * fault of Heddle or of the database, and nothing is mended on our own account.
 */
export function watchInvariants({ check, logger, everyMs = EVERY_MS }: InvariantWatchGiven): InvariantWatch {
  let since = new Date(Date.now() - everyMs);
  let looking: Promise<void> | undefined;
  const look = async () => {
    const begun = new Date();
    try {
      const violations = await check(since);
      // looks overlap: what was committed while the last one went on is seen by this one
      since = begun;
      if (violations.length === 0) return;
      logger.error({ violations: violations.slice(0, SHOWN), count: violations.length }, "What is stored does not hold together.");
    } catch (error) {
      logger.warn({ error }, "Whether what is stored holds together could not be checked; trying again later.");
    }
  };
  const timer = setInterval(() => {
    looking ??= look().finally(() => {
      looking = undefined;
    });
  }, everyMs);
  timer.unref();
  return {
    close: async () => {
      clearInterval(timer);
      await looking;
    },
  };
}
