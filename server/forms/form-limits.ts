import type { IncomingMessage } from "node:http";
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { ApiError } from "../api-error.ts";
import { type CallerAddress, limitKey } from "../auth/caller-address.ts";

/** What one address may do with forms: a class in one room, not a script. Counted in this process. */
const LIMITS = {
  look: { points: 600, duration: 60 },
  file: { points: 60, duration: 600 },
  submit: { points: 30, duration: 60 },
};
type What = keyof typeof LIMITS;

const WORDS: Record<What, string> = { look: "Too many requests", file: "Too many files", submit: "Too many submissions" };

export interface FormLimits {
  /** Throws `ApiError("rate-limited")`, with when to come back. */
  take(what: What, request: Pick<IncomingMessage, "headers" | "socket">): Promise<void>;
}

export function createFormLimits(callerAddress: CallerAddress, points: Partial<Record<What, number>> = {}): FormLimits {
  const limiterOf = (what: What) => new RateLimiterMemory({ ...LIMITS[what], ...(points[what] !== undefined && { points: points[what] }), keyPrefix: what });
  const limiters: Record<What, RateLimiterMemory> = { look: limiterOf("look"), file: limiterOf("file"), submit: limiterOf("submit") };
  return {
    take: async (what, request) => {
      try {
        await limiters[what].consume(limitKey(callerAddress(request)));
      } catch (error) {
        if (!(error instanceof RateLimiterRes)) throw error;
        const retryAfter = Math.max(1, Math.ceil(error.msBeforeNext / 1_000));
        throw new ApiError("rate-limited", `${WORDS[what]} came from your network. Try again in ${retryAfter} s.`, { retryAfter });
      }
    },
  };
}
