import type { IncomingMessage, ServerResponse } from "node:http";
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { ApiError } from "../api-error.ts";
import { type CallerAddress, limitKey } from "../auth/caller-address.ts";

/** Calls of one address: generous, it stops a sender that has gone wild. */
const CALLS = { points: 40_000, duration: 10 };
/** Calls of one sender that were for no address of ours: each costs a look into the database. */
const MISSES = { points: 600, duration: 60 };
/** So many times the misses that are allowed, and no more looks are taken for a sender. */
const FLOOD = 20;

export interface CallLimits {
  /** Counts a call of an address. Throws `ApiError("rate-limited")` when there were too many. */
  call(address: string, response: ServerResponse): Promise<void>;
  /**
   * Runs a look at an address that may be none. Who was wrong too often gets `ApiError("rate-limited")` for the next one that is none: others
   * send from the same network, and theirs are found.
   */
  guess<T>(request: IncomingMessage, look: () => Promise<T | undefined>): Promise<T | undefined>;
}

export interface CallLimitsGiven {
  /** Where a call comes from; absent: what is connected, which behind a proxy is the same for everybody. */
  callerAddress?: CallerAddress;
  calls?: Partial<typeof CALLS>;
  misses?: Partial<typeof MISSES>;
}

export function createCallLimits(given: CallLimitsGiven = {}): CallLimits {
  const calls = new RateLimiterMemory({ ...CALLS, ...given.calls });
  const misses = new RateLimiterMemory({ ...MISSES, ...given.misses });
  const callerAddress: CallerAddress = given.callerAddress ?? (({ socket }) => socket.remoteAddress ?? "unknown");
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
    guess: async (request, look) => {
      const sender = limitKey(callerAddress(request));
      const missed = (await misses.get(sender))?.consumedPoints ?? 0;
      const found = missed < misses.points * FLOOD ? await look() : undefined;
      if (found !== undefined) return found;
      await misses.penalty(sender);
      if (missed >= misses.points) throw new ApiError("rate-limited", "Too many calls of addresses that are none. Try again in a minute.");
      return undefined;
    },
  };
}
