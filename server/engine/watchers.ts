/** Who watches what. */
export interface Watchers<Key, Watcher> {
  has(key: Key): boolean;
  of(key: Key): Iterable<Watcher>;
  /** Returns how to stop. */
  add(key: Key, watcher: Watcher): () => void;
}

/** `begin` is called for the first watcher of a key; what it returns is called after the last one has left. */
export function createWatchers<Key, Watcher>(begin: (key: Key) => () => void): Watchers<Key, Watcher> {
  const entries = new Map<Key, { watchers: Set<Watcher>; end: () => void }>();
  return {
    has: (key) => entries.has(key),
    of: (key) => entries.get(key)?.watchers ?? [],
    add: (key, watcher) => {
      const known = entries.get(key);
      const entry = known ?? { watchers: new Set<Watcher>(), end: () => undefined };
      entries.set(key, entry);
      entry.watchers.add(watcher);
      if (!known) entry.end = begin(key);
      return () => {
        if (!entry.watchers.delete(watcher) || entry.watchers.size > 0) return;
        entries.delete(key);
        entry.end();
      };
    },
  };
}
