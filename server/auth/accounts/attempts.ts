import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { ApiError } from "../../api-error.ts";

const FAILURES = 10;
const WINDOW_S = 15 * 60;
/** Hashing catches up in far less. */
const BUSY_S = 5;

/** What failures are counted against. */
export interface Counted {
  key: string;
  /** How many times as many failures it stands: what many share is not closed by one of them. */
  times?: number;
  /** Whoever succeeds starts anew. Not for what others fail at, too: they would get as many tries more. */
  isForgiven?: boolean;
}

/** Counts what may be guessed: passwords and the tokens of links, by who asks and by whom it is about. */
export interface Attempts {
  /**
   * Runs `attempt`, counted against each key. What throws stays counted, unless it was `unavailable`; what succeeds is not. Throws
   * `ApiError("rate-limited")` when a key has failed ten times (`times` as often) within 15 minutes. `retryAfter` is told how many seconds to
   * wait, for `unavailable` as well.
   */
  guard<T>(keys: readonly Counted[], given: { attempt: () => Promise<T>; retryAfter: (seconds: number) => void }): Promise<T>;
}

/** For one process: several of them allow as many times more. */
export function createAttempts({ failures = FAILURES }: { failures?: number } = {}): Attempts {
  const limiters = new Map<number, RateLimiterMemory>();
  const limiterOf = ({ times = 1 }: Counted): RateLimiterMemory => {
    const limiter = limiters.get(times) ?? new RateLimiterMemory({ points: failures * times, duration: WINDOW_S, keyPrefix: `attempts ${times}` });
    limiters.set(times, limiter);
    return limiter;
  };
  const giveBack = (keys: readonly Counted[]) => Promise.all(keys.map((counted) => limiterOf(counted).reward(counted.key)));
  const count = async (keys: readonly Counted[], retryAfter: (seconds: number) => void) => {
    for (const [index, counted] of keys.entries()) {
      try {
        // counted before it is tried: many at once are many all the same
        await limiterOf(counted).consume(counted.key);
      } catch (error) {
        if (!(error instanceof RateLimiterRes)) throw error;
        await giveBack(keys.slice(0, index));
        const seconds = Math.ceil(error.msBeforeNext / 1_000);
        retryAfter(seconds);
        throw new ApiError("rate-limited", `Too many attempts failed. Try again in ${Math.ceil(seconds / 60)} min.`, { retryAfter: seconds });
      }
    }
  };
  return {
    guard: async (keys, { attempt, retryAfter }) => {
      await count(keys, retryAfter);
      try {
        const result = await attempt();
        await Promise.all(keys.map((counted) => (counted.isForgiven ? limiterOf(counted).delete(counted.key) : giveBack([counted]))));
        return result;
      } catch (error) {
        if (error instanceof ApiError && error.code === "unavailable") {
          await giveBack(keys);
          retryAfter(BUSY_S);
        }
        throw error;
      }
    },
  };
}

/**
 * Ten times by one address at one account; and some more by the address (people share one), and many more at the account: somebody else's
 * wrong guesses do not close it to its owner.
 */
export function countedBy({ kind, address, about, atMost = 10 }: { kind: string; address: string; about?: string | undefined; atMost?: number }): Counted[] {
  const byAddress: Counted = { key: `${kind} ${address}`, times: 3 };
  if (about === undefined) return [byAddress];
  return [byAddress, { key: `${kind} ${about}`, times: atMost }, { key: `${kind} ${address} ${about}`, isForgiven: true }];
}
