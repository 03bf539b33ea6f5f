import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { ApiError } from "../api-error.ts";
import type { AuditFact, AuditLog } from "../audit/audit-log.ts";
import { createAttempts } from "../auth/accounts/attempts.ts";
import type { Actor } from "../auth/actor.ts";
import type { CallerAddress } from "../auth/caller-address.ts";
import { sessionCookie } from "../auth/cookies.ts";
import * as contract from "../contract/sharing.ts";
import type { ShareProof } from "../people/share-proof.ts";
import type { OpenedLink, ShareOfGraph, Shares } from "../people/shares.ts";
import { type Exchange, type Handling, handle } from "./handle.ts";

/** Addresses that are refused, or links that lead nowhere, of one caller within 15 minutes. */
const MISSES = 30;
/** Links that one address opens in a minute without an account: a class at once. */
const OPENED = { points: 120, duration: 60 };
const HOUR_S = 3_600;
const GUEST_SECONDS = 30 * 24 * 3_600;

export interface SharingRoutesGiven {
  shares: Shares;
  proof: Pick<ShareProof, "cookie">;
  audit: Pick<AuditLog, "record">;
  callerAddress: CallerAddress;
  /** Of the guests' cookie. */
  cookieName: string;
  /** The cookie travels over TLS only. */
  isSecure: boolean;
}

export function sharingRoutes(given: SharingRoutesGiven): Handling[] {
  const { shares, audit } = given;
  const misses = createAttempts({ failures: MISSES });
  const openings = createOpenings(given.callerAddress);
  return [
    handle(contract.listShares, async ({ params, workspace }) => ({ items: await shares.list({ workspace, graph: params.id }) })),
    handle(contract.shareGraph, async ({ params, body, ...call }) => {
      const share = () => shares.share({ workspace: call.workspace, graph: params.id }, { ...body, actor: call.actor });
      // who has an account here is not to be found out by asking
      const made = await misses.guard([{ key: call.actor.id }], { attempt: share, retryAfter: (seconds) => setRetryAfter(call.exchange, seconds) });
      await audit.record({ action: "share.made", ...factOf(params.id, made) }, call);
      return made.share;
    }),
    handle(contract.changeShare, async ({ params, body, ...call }) => {
      const changed = await shares.setLevel({ workspace: call.workspace, graph: params.id }, { id: params.share, level: body.level });
      const { resource, detail } = factOf(params.id, changed);
      await audit.record({ action: "share.changed", resource, detail: { ...detail, before: changed.before } }, call);
      return changed.share;
    }),
    handle(contract.endShare, async ({ params, ...call }) => {
      const ended = await shares.end({ workspace: call.workspace, graph: params.id }, params.share);
      await audit.record({ action: "share.ended", ...factOf(params.id, ended) }, call);
      return undefined;
    }),
    handle(contract.openShareLink, async ({ body, actor, exchange }) => {
      if (actor.kind === "anonymous" || actor.kind === "guest") await openings.limit(exchange);
      const opened = await shares.open(body.token, actor);
      setGuest(given, opened, exchange);
      // in the log of the graph's workspace, which is not the caller's
      const fact = { action: "share.opened", resource: { kind: "graph", id: opened.graph, name: opened.name }, detail: { level: opened.level } } as const;
      const by: Actor = opened.guest ? { kind: "guest", ...opened.guest, name: "Guest", person: false } : actor;
      if (opened.isNew && (!opened.guest || (await openings.isFirst(opened.guest.share, exchange))))
        await audit.record(fact, { actor: by, workspace: opened.workspace, exchange });
      return { graph: opened.graph, level: opened.level };
    }),
    handle(contract.listSharedGraphs, async ({ actor }) => ({ items: await shares.sharedWith(actor) })),
  ];
}

/** What callers without an account open: whoever forgets their cookie is somebody new each time. */
function createOpenings(addressOf: CallerAddress) {
  const opened = new RateLimiterMemory({ ...OPENED, keyPrefix: "opened" });
  const told = new RateLimiterMemory({ points: 1, duration: HOUR_S, keyPrefix: "told" });
  return {
    /** Throws `ApiError("rate-limited")` for an address that opens too many. */
    limit: async (exchange: Exchange): Promise<void> => {
      const wait = await waitFor(opened, addressOf(exchange.request));
      if (wait === undefined) return;
      setRetryAfter(exchange, wait);
      throw new ApiError("rate-limited", `Too many links were opened from your network. Try again in ${wait} s.`, { retryAfter: wait });
    },
    /** Whether the address opens it for the first time within an hour. */
    isFirst: async (share: string, { request }: Exchange): Promise<boolean> => (await waitFor(told, `${share} ${addressOf(request)}`)) === undefined,
  };
}

/** Counts one more: seconds until there is room again, undefined while there is. */
async function waitFor(limiter: RateLimiterMemory, key: string): Promise<number | undefined> {
  try {
    await limiter.consume(key);
    return undefined;
  } catch (error) {
    if (!(error instanceof RateLimiterRes)) throw error;
    return Math.max(1, Math.ceil(error.msBeforeNext / 1_000));
  }
}

function setRetryAfter({ response }: Exchange, seconds: number): void {
  response.setHeader("retry-after", seconds);
}

function setGuest({ proof, cookieName, isSecure }: SharingRoutesGiven, { guest }: OpenedLink, { response }: Exchange): void {
  if (guest) response.appendHeader("set-cookie", sessionCookie(cookieName, { value: proof.cookie(guest), seconds: GUEST_SECONDS, isSecure }));
}

function factOf(graph: string, { share, graphName }: ShareOfGraph): Omit<AuditFact, "action"> {
  const { id, level } = share;
  return {
    resource: { kind: "graph", id: graph, name: graphName },
    detail: { share: id, with: share.kind === "person" ? share.email : "whoever has the link", level },
  };
}
