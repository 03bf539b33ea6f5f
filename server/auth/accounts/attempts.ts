import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { ApiError } from "../../api-error.ts";

const FAILURES = 10;
const WINDOW_S = 15 * 60;

/** Counts what may be guessed: passwords and the tokens of links, by who asks and by whom it is about. */
export interface Attempts {
  /**
   * Runs `attempt`, counted against each key. What throws stays counted; what succeeds is not, and clears the last key. Throws
   * `ApiError("rate-limited")`, with `retryAfter` told how many seconds to wait, when a key has failed ten times within 15 minutes.
   */
  guard<T>(keys: readonly string[], given: { attempt: () => Promise<T>; retryAfter: (seconds: number) => void }): Promise<T>;
}

/** For one process: several of them allow as many times more. */
export function createAttempts({ failures = FAILURES }: { failures?: number } = {}): Attempts {
  const limiter = new RateLimiterMemory({ points: failures, duration: WINDOW_S, keyPrefix: "attempts" });
  return {
    guard: async (keys, { attempt, retryAfter }) => {
      for (const [index, key] of keys.entries()) {
        try {
          // counted before it is tried: many at once are many all the same
          await limiter.consume(key);
        } catch (error) {
          if (!(error instanceof RateLimiterRes)) throw error;
          await Promise.all(keys.slice(0, index).map((earlier) => limiter.reward(earlier)));
          const seconds = Math.ceil(error.msBeforeNext / 1_000);
          retryAfter(seconds);
          throw new ApiError("rate-limited", `Too many attempts failed. Try again in ${Math.ceil(seconds / 60)} min.`);
        }
      }
      const result = await attempt();
      await Promise.all(keys.map((key, index) => (index === keys.length - 1 ? limiter.delete(key) : limiter.reward(key))));
      return result;
    },
  };
}
