import type { RunEvent } from "#runtime/run/events.ts";

export interface RunFollower {
  /** Events just committed by this process. */
  offer(events: readonly RunEvent[]): void;
  /** The database has events up to this number, as another process says. Without a number: it may have more. */
  look(seq?: number): void;
  stop(): void;
}

export interface RunFollowerGiven {
  after: number;
  /** There is no past: nothing is read until somebody tells of events that did not come. */
  isNew?: boolean;
  /** One that throws misses the event. */
  deliver: (event: RunEvent) => void;
  /** Settles when more of the past may be delivered; absent or undefined: now. */
  ready?: (() => Promise<void> | undefined) | undefined;
  /** All of the past has been delivered; again after each gap. */
  onPresent?: (() => void) | undefined;
  /** The events after a number, at most `pageSize` of them. */
  read: (after: number) => Promise<readonly RunEvent[]>;
  pageSize: number;
  onError: (error: unknown) => void;
}

const RETRY_MS = 1_000;

/**
 * Hands over a run's events, each once and in order: reads the past until it meets the present; what is offered meanwhile waits. A
 * gap sends it back to the database.
 */
export function createRunFollower(given: RunFollowerGiven): RunFollower {
  let position = given.after;
  let state: "idle" | "reading" | "stopped" = "idle";
  /** Somebody told of events that a read under way may not have seen. */
  let again = false;
  let waiting: RunEvent[] = [];
  let retry: NodeJS.Timeout | undefined;

  const isStopped = () => state === "stopped";
  /** Whether the events followed on what is there already. */
  const deliver = (events: readonly RunEvent[]): boolean => {
    for (const event of events) {
      if (isStopped()) return true;
      if (event.seq <= position) continue;
      if (event.seq !== position + 1) return false;
      position = event.seq;
      try {
        given.deliver(event);
      } catch (error) {
        given.onError(error);
      }
    }
    return true;
  };
  const catchUp = async () => {
    for (;;) {
      again = false;
      const page = await given.read(position);
      for (const event of page) {
        if (isStopped()) return;
        deliver([event]);
        const busy = given.ready?.();
        if (busy) await busy;
      }
      if (page.length >= given.pageSize) continue;
      const offered = waiting;
      waiting = [];
      if (!deliver(offered) || again) continue;
      // at once, with nothing awaited in between: what is offered from here on is delivered directly
      if (isStopped()) return;
      state = "idle";
      given.onPresent?.();
      return;
    }
  };
  const read = () => {
    clearTimeout(retry);
    state = "reading";
    catchUp().catch((error: unknown) => {
      if (isStopped()) return;
      state = "idle";
      retry = setTimeout(read, RETRY_MS).unref();
      given.onError(error);
    });
  };
  if (!given.isNew) read();
  return {
    offer: (events) => {
      if (state === "reading" && waiting.length < given.pageSize) waiting.push(...events);
      else if (state === "reading") again = true;
      else if (state === "idle" && !deliver(events)) read();
    },
    look: (seq) => {
      if (seq !== undefined && seq <= position) return;
      if (state === "reading") again = true;
      else if (state === "idle") read();
    },
    stop: () => {
      state = "stopped";
      waiting = [];
      clearTimeout(retry);
    },
  };
}
