import type { AccessVersionStore } from "../store/access-version.ts";

/**
 * Tells every process of the installation that somebody's access changed, within `everyMs`: what was remembered about access is then
 * forgotten, and open sockets are judged again.
 */
export interface AccessChanges {
  /** To be called after the change was committed; the listeners of this process have been told when it resolves. */
  changed(): Promise<void>;
  /** Answers what stops it. */
  listen(listener: () => void): () => void;
  close(): void;
}

export interface AccessChangesGiven {
  version: AccessVersionStore;
  /** Milliseconds between looks at what other processes changed. */
  everyMs?: number;
  /** Without other people nobody's access changes: no look is taken. */
  isOn(): boolean;
}

export function createAccessChanges({ version, everyMs = 1_000, isOn }: AccessChangesGiven): AccessChanges {
  const listeners = new Set<() => void>();
  let known: number | undefined;
  let isLooking = false;
  const tell = () => {
    for (const listener of [...listeners]) listener();
  };
  const look = async () => {
    if (isLooking || !isOn()) return;
    isLooking = true;
    try {
      const now = await version.read();
      if (now !== known) tell();
      known = now;
    } catch {
      // the database is away, which others report: the next look tries again
    } finally {
      isLooking = false;
    }
  };
  const timer = setInterval(look, everyMs);
  timer.unref();
  return {
    changed: async () => {
      try {
        known = await version.raise();
      } finally {
        // the change was made, whether or not others could be told of it
        tell();
      }
    },
    listen: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close: () => clearInterval(timer),
  };
}
