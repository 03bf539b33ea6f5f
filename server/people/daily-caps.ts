import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { ApiError } from "../api-error.ts";
import type { Actor } from "../auth/actor.ts";

const DAY_SECONDS = 24 * 3_600;

/** What one person may make in a day. */
const CAPS = { invitation: 200, "invitation by mail": 50, workspace: 20, "API token": 100 };
export type Capped = keyof typeof CAPS;

const WORDS: Record<Capped, string> = {
  invitation: "invitations",
  "invitation by mail": "invitations to an e-mail address",
  workspace: "workspaces",
  "API token": "API tokens",
};
const INSTEAD: Partial<Record<Capped, string>> = { "invitation by mail": " Invite with a link instead (without an address), and send it yourself." };

/** Keeps one person from making more in a day than anybody needs: an account must not turn into a relay for mail, nor fill the database. */
export interface DailyCaps {
  /** Counts one more. Throws `ApiError("rate-limited")` with when to come back. The owner of the installation is not counted. */
  take(what: Capped, actor: Actor): Promise<void>;
}

/** Counted in this process: a restart begins anew, and each process of an installation counts for itself. */
export function createDailyCaps(given: Partial<Record<Capped, number>> = {}): DailyCaps {
  const caps = { ...CAPS, ...given };
  const limiterOf = (what: Capped) => new RateLimiterMemory({ points: caps[what], duration: DAY_SECONDS, keyPrefix: what });
  const limiters: Record<Capped, RateLimiterMemory> = {
    invitation: limiterOf("invitation"),
    "invitation by mail": limiterOf("invitation by mail"),
    workspace: limiterOf("workspace"),
    "API token": limiterOf("API token"),
  };
  return {
    take: async (what, actor) => {
      if (actor.id === "local") return;
      try {
        await limiters[what].consume(actor.id);
      } catch (error) {
        if (!(error instanceof RateLimiterRes)) throw error;
        const retryAfter = Math.max(1, Math.ceil(error.msBeforeNext / 1_000));
        const message = `One person may make ${caps[what]} ${WORDS[what]} a day, and you have. Try again in ${wait(retryAfter)}.${INSTEAD[what] ?? ""}`;
        throw new ApiError("rate-limited", message, { retryAfter });
      }
    },
  };
}

function wait(seconds: number): string {
  const hours = Math.ceil(seconds / 3_600);
  return hours === 1 ? "an hour" : `${hours} hours`;
}
