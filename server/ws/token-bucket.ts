/** Lets through a steady rate and a burst above it. */
export interface TokenBucket {
  /** Takes tokens, or returns false and takes none when there are too few. */
  take(count: number): boolean;
}

export function createTokenBucket(
  { perSecond, burst }: { perSecond: number; burst: number },
  now: () => number = performance.now.bind(performance),
): TokenBucket {
  let tokens = burst;
  let filledAt = now();
  return {
    take: (count) => {
      const time = now();
      tokens = Math.min(burst, tokens + ((time - filledAt) / 1_000) * perSecond);
      filledAt = time;
      if (tokens < count) return false;
      tokens -= count;
      return true;
    },
  };
}
