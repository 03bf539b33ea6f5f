/** Lets only so many in at once, the others in the order they came. */
export interface ParserPlaces {
  /** Waits for a place; what it answers gives the place back. Throws the signal's reason when that aborts first. */
  take(signal: AbortSignal): Promise<() => void>;
}

export function createParserPlaces(limit: number): ParserPlaces {
  let used = 0;
  const waiting = new Set<() => void>();
  const release = () => {
    const [next] = waiting;
    if (next === undefined) {
      used -= 1;
      return;
    }
    // the place goes from one to the other: nobody may overtake
    waiting.delete(next);
    next();
  };
  return {
    take: async (signal) => {
      signal.throwIfAborted();
      if (used < limit) used += 1;
      else {
        await new Promise<void>((resolve, reject) => {
          const enter = () => {
            signal.removeEventListener("abort", leave);
            resolve();
          };
          const leave = () => {
            waiting.delete(enter);
            reject(signal.reason);
          };
          signal.addEventListener("abort", leave, { once: true });
          waiting.add(enter);
        });
      }
      return release;
    },
  };
}
