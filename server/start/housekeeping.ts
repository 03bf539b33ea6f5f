import type { Logger } from "../logger.ts";

const EVERY_MS = 3_600_000;

/** What is done now and then: each task drops what nobody needs any more, and says how much that was. */
export type HousekeepingTasks = Readonly<Record<string, () => Promise<number>>>;

/** Runs the tasks every hour, one after the other. A task that fails is tried again the next time. */
export function housekeeping({ tasks, logger, everyMs = EVERY_MS }: { tasks: HousekeepingTasks; logger: Logger; everyMs?: number }) {
  let working: Promise<void> | undefined;
  const work = async () => {
    for (const [task, drop] of Object.entries(tasks)) {
      try {
        const dropped = await drop();
        if (dropped > 0) logger.debug({ task, dropped }, "Dropped what nobody needs any more.");
      } catch (error) {
        logger.warn({ error, task }, "Housekeeping failed; trying again later.");
      }
    }
    working = undefined;
  };
  const timer = setInterval(() => {
    working ??= work();
  }, everyMs);
  timer.unref();
  return {
    /** Waits for what is under way. */
    close: async (): Promise<void> => {
      clearInterval(timer);
      await working;
    },
  };
}
