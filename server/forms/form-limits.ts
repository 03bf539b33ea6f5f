import type { IncomingMessage } from "node:http";
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { ApiError } from "../api-error.ts";
import { type CallerAddress, limitKey } from "../auth/caller-address.ts";

/** What one address may do with forms: a class in one room, not a script; `watch` is of one submission, wherever it is looked at. Counted in this process. */
const LIMITS = {
  look: { points: 600, duration: 60 },
  watch: { points: 180, duration: 60 },
  file: { points: 60, duration: 600 },
  submit: { points: 30, duration: 60 },
};
type What = keyof typeof LIMITS;

const WORDS: Record<Exclude<What, "watch">, string> = { look: "Too many requests", file: "Too many files", submit: "Too many submissions" };

export interface FormLimits {
  /** Throws `ApiError("rate-limited")`, with when to come back. */
  take(what: Exclude<What, "watch">, request: Pick<IncomingMessage, "headers" | "socket">): Promise<void>;
  /** The same for a look at a submission, however many people of one network look at theirs. */
  watch(submission: string): Promise<void>;
}

export function createFormLimits(callerAddress: CallerAddress, points: Partial<Record<What, number>> = {}): FormLimits {
  const limiterOf = (what: What) => new RateLimiterMemory({ ...LIMITS[what], ...(points[what] !== undefined && { points: points[what] }), keyPrefix: what });
  const limiters: Record<What, RateLimiterMemory> = {
    look: limiterOf("look"),
    watch: limiterOf("watch"),
    file: limiterOf("file"),
    submit: limiterOf("submit"),
  };
  const consume = async (what: What, key: string, words: string): Promise<void> => {
    try {
      await limiters[what].consume(key);
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) throw error;
      const retryAfter = Math.max(1, Math.ceil(error.msBeforeNext / 1_000));
      throw new ApiError("rate-limited", `${words} Try again in ${retryAfter} s.`, { retryAfter });
    }
  };
  return {
    take: (what, request) => consume(what, limitKey(callerAddress(request)), `${WORDS[what]} came from your network.`),
    watch: (submission) => consume("watch", submission, "This submission was looked at too often."),
  };
}
