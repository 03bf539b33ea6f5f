import type { RunId } from "#runtime/graph/ids.ts";

/** Longest delay a timer of Node takes. */
const MAX_TIMER_MS = 2_000_000_000;

/** One timer for each run that waits and falls due soon. They keep no process alive. */
export function createWakeTimers(onDue: (run: RunId) => void) {
  const timers = new Map<RunId, NodeJS.Timeout>();
  const clear = (run: RunId) => {
    clearTimeout(timers.get(run));
    timers.delete(run);
  };
  return {
    set: (run: RunId, at: Date) => {
      clear(run);
      const due = () => {
        timers.delete(run);
        onDue(run);
      };
      // a millisecond late: the instant itself has then passed by the database's clock, too
      timers.set(run, setTimeout(due, Math.min(Math.max(at.getTime() - Date.now(), 0) + 1, MAX_TIMER_MS)).unref());
    },
    clear,
    clearAll: () => {
      for (const run of [...timers.keys()]) clear(run);
    },
  };
}
