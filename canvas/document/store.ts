/** One value that views can follow with `useSyncExternalStore`. */
export interface Store<Value> {
  current(): Value;
  subscribe(listener: () => void): () => void;
  set(value: Value): void;
}

/** Tells its listeners only when the value is another one, by the JSON of it for plain objects. */
export function createStore<Value>(initial: Value): Store<Value> {
  let value = initial;
  const listeners = new Set<() => void>();
  return {
    current: () => value,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    set: (next) => {
      if (next === value || JSON.stringify(next) === JSON.stringify(value)) return;
      value = next;
      for (const listener of listeners) listener();
    },
  };
}
