import type { IncomingMessage } from "node:http";
import type { NextFunction, Request, Response } from "express";
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { ApiError } from "../api-error.ts";
import type { AccessRules } from "../auth/access-rules.ts";
import { type CallerAddress, limitKey } from "../auth/caller-address.ts";

type Middleware = (request: Request, response: Response, next: NextFunction) => void | Promise<void>;

/** Requests for an address that is none of ours: somebody's name points at this machine. */
export function requireOwnHost(rules: AccessRules): Middleware {
  return (request, _response, next) => {
    if (rules.isOwnHost(request)) return next();
    throw new ApiError("wrong-host", "Use the address that Heddle printed when it started. To serve it under another name, set PUBLIC_URL.");
  };
}

const READS: ReadonlySet<string> = new Set(["GET", "HEAD"]);

export function requireOwnOrigin(rules: AccessRules): Middleware {
  return (request, _response, next) => {
    if (rules.isOwnOrigin(request, READS.has(request.method) ? "read" : "change")) return next();
    throw new ApiError("wrong-origin", "Only Heddle's own pages, and scripts that send neither Origin nor a cookie, may ask for this.");
  };
}

/** Generous: it stops a loop that has gone wild, not a person or a load test. */
const REQUESTS = { points: 20_000, duration: 10 };
/** Websockets opened by one address: those of an office connect all at once after a restart. */
const UPGRADES = { points: 500, duration: 10 };
/** Wrong tokens and used links of one address. */
const GUESSES = { points: 30, duration: 60 };

/** What one address may do in a while. */
export interface Limits {
  requests: Middleware;
  /** Counts a websocket that is opened; false: there were too many. */
  upgrade(request: Pick<IncomingMessage, "headers" | "socket">): Promise<boolean>;
  /** Throws `ApiError("rate-limited")` for an address that has been wrong too often; `failed` counts one more. */
  guesses: {
    check(request: Pick<IncomingMessage, "headers" | "socket">): Promise<void>;
    failed(request: Pick<IncomingMessage, "headers" | "socket">): Promise<void>;
  };
}

export function createLimits(callerAddress: CallerAddress, points: Partial<typeof REQUESTS> = {}): Limits {
  const keyOf: CallerAddress = (request) => limitKey(callerAddress(request));
  const requests = new RateLimiterMemory({ ...REQUESTS, ...points, keyPrefix: "requests" });
  const upgrades = new RateLimiterMemory({ ...UPGRADES, keyPrefix: "upgrades" });
  const guesses = new RateLimiterMemory({ ...GUESSES, keyPrefix: "guesses" });
  return {
    requests: async (request, response, next) => {
      try {
        await requests.consume(keyOf(request));
      } catch (error) {
        if (!(error instanceof RateLimiterRes)) throw error;
        const retryAfter = secondsOf(error);
        response.setHeader("retry-after", retryAfter);
        throw new ApiError("rate-limited", `Try again in ${retryAfter} s.`, { retryAfter });
      }
      next();
    },
    upgrade: async (request) => {
      try {
        await upgrades.consume(keyOf(request));
        return true;
      } catch (error) {
        if (!(error instanceof RateLimiterRes)) throw error;
        return false;
      }
    },
    guesses: {
      check: async (request) => {
        const spent = await guesses.get(keyOf(request));
        if (!spent || spent.consumedPoints < GUESSES.points) return;
        const retryAfter = secondsOf(spent);
        throw new ApiError("rate-limited", `Too many wrong tokens. Try again in ${retryAfter} s.`, { retryAfter });
      },
      failed: async (request) => {
        await guesses.penalty(keyOf(request));
      },
    },
  };
}

function secondsOf({ msBeforeNext }: RateLimiterRes): number {
  return Math.max(1, Math.ceil(msBeforeNext / 1_000));
}
