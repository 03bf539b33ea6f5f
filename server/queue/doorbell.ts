import type { RunId } from "#runtime/graph/ids.ts";

/**
 * Tells whoever drives runs that one of them needs a look. Only a hint: a ring that is lost costs the time until the next sweep,
 * never a run.
 */
export interface Doorbell {
  readonly kind: "memory" | "bullmq";
  ring(run: RunId): void;
  /** Returns how to stop listening. */
  onRing(listener: (run: RunId) => void): () => void;
  close(): Promise<void>;
}

/** Within one process. */
export function createMemoryDoorbell(): Doorbell {
  const listeners = new Set<(run: RunId) => void>();
  return {
    kind: "memory",
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
