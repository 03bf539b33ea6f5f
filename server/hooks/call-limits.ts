import type { IncomingMessage, ServerResponse } from "node:http";
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { ApiError } from "../api-error.ts";

/** Calls of one address: generous, it stops a sender that has gone wild. */
const CALLS = { points: 40_000, duration: 10 };
/** Calls of one sender that were for no address of ours: each costs a look into the database. */
const MISSES = { points: 600, duration: 60 };

export interface CallLimits {
  /** Counts a call of an address. Throws `ApiError("rate-limited")` when there were too many. */
  call(address: string, response: ServerResponse): Promise<void>;
  /** Runs a look at an address that may be none; throws `ApiError("rate-limited")` for a sender who was wrong too often. */
  guess<T>(request: IncomingMessage, look: () => Promise<T | undefined>): Promise<T | undefined>;
}

export function createCallLimits(given: { calls?: Partial<typeof CALLS>; misses?: Partial<typeof MISSES> } = {}): CallLimits {
  const calls = new RateLimiterMemory({ ...CALLS, ...given.calls });
  const misses = new RateLimiterMemory({ ...MISSES, ...given.misses });
  return {
    call: async (address, response) => {
      try {
        await calls.consume(address);
      } catch (error) {
        if (!(error instanceof RateLimiterRes)) throw error;
        const seconds = Math.ceil(error.msBeforeNext / 1_000);
        response.setHeader("retry-after", seconds);
        throw new ApiError("rate-limited", `Try again in ${seconds} s.`);
      }
    },
    guess: async ({ socket }, look) => {
      const sender = socket.remoteAddress ?? "unknown";
      const spent = await misses.get(sender);
      if (spent && spent.consumedPoints >= misses.points)
        throw new ApiError("rate-limited", "Too many calls of addresses that are none. Try again in a minute.");
      const found = await look();
      if (found === undefined) await misses.penalty(sender);
      return found;
    },
  };
}
