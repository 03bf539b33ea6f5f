import type { Logger } from "../logger.ts";
import { SNAPSHOT_MS, SNAPSHOT_UPDATES } from "./limits.ts";

export interface Snapshots {
  /** So many updates were committed and applied. */
  count(updates: number): void;
  /** Waits for one under way; makes none any more. */
  stop(): Promise<void>;
}

interface SnapshotContext {
  /** Updates after the last snapshot, as loaded. */
  tail: number;
  logger: Logger;
  /** Writes what the document is now. */
  write(): Promise<void>;
}

/** Writes a snapshot after 500 updates, or 5 minutes after the first one without. A failed one is tried again with the next update. */
export function createSnapshots({ tail, logger, write }: SnapshotContext): Snapshots {
  let since = tail;
  let timer: NodeJS.Timeout | undefined;
  let working: Promise<void> | undefined;
  let isStopped = false;

  const start = () => {
    if (working || isStopped) return;
    clearTimeout(timer);
    timer = undefined;
    const covered = since;
    working = write()
      .then(() => {
        since -= covered;
      })
      .catch((error: unknown) => logger.warn({ error }, "A snapshot of a document could not be written; its updates stay."))
      .finally(() => {
        working = undefined;
      });
  };
  return {
    count: (updates) => {
      since += updates;
      if (since >= SNAPSHOT_UPDATES) start();
      else if (!isStopped) timer ??= setTimeout(start, SNAPSHOT_MS).unref();
    },
    stop: async () => {
      isStopped = true;
      clearTimeout(timer);
      await working;
    },
  };
}
