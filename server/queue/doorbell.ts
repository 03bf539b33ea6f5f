import type { RunId } from "#runtime/graph/ids.ts";

/**
 * Tells whoever drives runs that one of them needs a look. Only a hint: a ring that is lost costs the time until the next sweep,
 * never a run.
 */
export interface Doorbell {
  /** Reaches the process that drives the run, and one process that could. Never throws. */
  ring(run: RunId): void;
  /** `isDriven` says whether this process drives a run. Returns how to stop listening. */
  onRing(listener: (run: RunId) => void, isDriven?: (run: RunId) => boolean): () => void;
  close(): Promise<void>;
}

/** Within one process. */
export function createMemoryDoorbell(): Doorbell {
  const listeners = new Set<(run: RunId) => void>();
  return {
    ring: (run) => {
      for (const listener of listeners) listener(run);
    },
    onRing: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: async () => listeners.clear(),
  };
}
