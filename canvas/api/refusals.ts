const listeners = new Set<() => void>();

/** Hears whenever the API answers that one is not signed in, or may not do something: what one may do has changed since it was asked. */
export function onRefusal(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

export function tellRefusal(): void {
  for (const listener of [...listeners]) listener();
}
