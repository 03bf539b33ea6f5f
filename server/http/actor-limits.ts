import type { ServerResponse } from "node:http";
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { ApiError } from "../api-error.ts";
import type { Actor } from "../auth/actor.ts";
import { createFairShare } from "./fair-share.ts";

/** Seconds over which requests are counted. */
const WINDOW = 60;
/** Requests in it, of this process: a script's, and far more than a person's canvas sends. */
const REQUESTS = { token: 600, user: 3_000, guest: 600 };
type Kind = keyof typeof REQUESTS;
/** Responses that are sent as it happens, at once; guests of one link count together. */
const STREAMS: Record<Kind, number> = { token: 50, user: 50, guest: 100 };
/** Requests this process answers at once before workspaces have to share. */
const PLACES = 64;

const WHO: Record<Kind, string> = { token: "This token", user: "One person", guest: "One guest" };

/** What one caller, and one workspace, may ask for in a while. */
export interface ActorLimits {
  /**
   * Counts a request whose caller is known, and tells how many are left (`RateLimit-Policy` and `RateLimit` of
   * draft-ietf-httpapi-ratelimit-headers-10). Throws `ApiError("rate-limited")`, with `Retry-After`. Its place of the workspace is given back
   * when the response is over.
   */
  take(actor: Actor, workspace: string, response: ServerResponse): Promise<void>;
  /**
   * For a response that `take` let through and that is sent as it happens: it is open for as long as somebody looks on, so it holds no place of
   * the workspace, and counts among the caller's streams. Throws `ApiError("rate-limited")`.
   */
  stream(actor: Actor, response: ServerResponse): void;
}

export function createActorLimits(given: { requests?: Partial<typeof REQUESTS>; streams?: Partial<typeof STREAMS>; places?: number } = {}): ActorLimits {
  const requests = { ...REQUESTS, ...given.requests };
  const limiterOf = (kind: Kind) => new RateLimiterMemory({ points: requests[kind], duration: WINDOW, keyPrefix: kind });
  const limiters = { token: limiterOf("token"), user: limiterOf("user"), guest: limiterOf("guest") };
  const most = { ...STREAMS, ...given.streams };
  const fair = createFairShare({ places: given.places ?? PLACES });
  const held = new WeakMap<ServerResponse, () => void>();
  const streams = new Map<string, number>();

  const count = async (kind: Kind, key: string, response: ServerResponse) => {
    const spent = await consume(limiters[kind], key);
    const seconds = Math.ceil(spent.msBeforeNext / 1_000);
    response.setHeader("ratelimit-policy", `"${kind}";q=${requests[kind]};w=${WINDOW}`);
    response.setHeader("ratelimit", `"${kind}";r=${Math.max(0, spent.remainingPoints)};t=${seconds}`);
    if (spent.isRefused) throw refuse(response, seconds, `${WHO[kind]} may make ${requests[kind].toLocaleString("en")} requests a minute.`);
  };
  const takePlace = (workspace: string, response: ServerResponse) => {
    const giveBack = fair.take(workspace);
    if (giveBack) {
      // whoever left while they were being judged is not heard leaving again
      if (response.destroyed) return giveBack();
      held.set(response, giveBack);
      response.once("close", giveBack);
      return;
    }
    response.appendHeader("ratelimit-policy", `"workspace";q=${fair.share()};qu="concurrent-requests"`);
    response.appendHeader("ratelimit", '"workspace";r=0;t=1');
    throw refuse(response, 1, "This workspace has as many requests under way as it may while other workspaces are busy too.");
  };
  return {
    take: async (actor, workspace, response) => {
      switch (actor.kind) {
        // limited by address alone: the owner of the installation works for nobody else, and nobody in particular is asked for their name
        case "local":
        case "anonymous":
          return;
        case "token":
          await count("token", actor.token, response);
          break;
        case "user":
        case "guest":
          await count(actor.kind, actor.id, response);
      }
      if (workspace !== "") takePlace(workspace, response);
    },
    stream: (actor, response) => {
      held.get(response)?.();
      if (actor.kind === "local" || actor.kind === "anonymous" || response.destroyed) return;
      const key = keyOf(actor);
      const open = streams.get(key) ?? 0;
      if (open >= most[actor.kind]) throw refuse(response, 1, `${WHO[actor.kind]} may follow ${most[actor.kind]} runs at once. End some of those.`);
      streams.set(key, open + 1);
      response.once("close", () => {
        const left = (streams.get(key) ?? 1) - 1;
        if (left > 0) streams.set(key, left);
        else streams.delete(key);
      });
    },
  };
}

/** Whose streams they are: a guest's id is there for the asking. */
function keyOf(actor: Actor & { kind: Kind }): string {
  switch (actor.kind) {
    case "token":
      return actor.token;
    case "user":
      return actor.id;
    case "guest":
      return actor.share;
  }
}

async function consume(limiter: RateLimiterMemory, key: string): Promise<{ msBeforeNext: number; remainingPoints: number; isRefused: boolean }> {
  try {
    const { msBeforeNext, remainingPoints } = await limiter.consume(key);
    return { msBeforeNext, remainingPoints, isRefused: false };
  } catch (error) {
    if (!(error instanceof RateLimiterRes)) throw error;
    return { msBeforeNext: error.msBeforeNext, remainingPoints: 0, isRefused: true };
  }
}

function refuse(response: ServerResponse, seconds: number, why: string): ApiError {
  const wait = Math.max(1, seconds);
  response.setHeader("retry-after", wait);
  return new ApiError("rate-limited", `${why} Try again in ${wait} s.`, { retryAfter: wait });
}
