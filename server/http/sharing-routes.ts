import type { AuditFact, AuditLog } from "../audit/audit-log.ts";
import type { Actor } from "../auth/actor.ts";
import { sessionCookie } from "../auth/cookies.ts";
import * as contract from "../contract/sharing.ts";
import type { ShareProof } from "../people/share-proof.ts";
import type { OpenedLink, ShareOfGraph, Shares } from "../people/shares.ts";
import { type Exchange, type Handling, handle } from "./handle.ts";

const GUEST_SECONDS = 30 * 24 * 3_600;

export interface SharingRoutesGiven {
  shares: Shares;
  proof: Pick<ShareProof, "cookie">;
  audit: Pick<AuditLog, "record">;
  /** Of the guests' cookie. */
  cookieName: string;
  /** The cookie travels over TLS only. */
  isSecure: boolean;
}

export function sharingRoutes(given: SharingRoutesGiven): Handling[] {
  const { shares, audit } = given;
  return [
    handle(contract.listShares, async ({ params, workspace }) => ({ items: await shares.list({ workspace, graph: params.id }) })),
    handle(contract.shareGraph, async ({ params, body, ...call }) => {
      const made = await shares.share({ workspace: call.workspace, graph: params.id }, { ...body, actor: call.actor });
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
      const opened = await shares.open(body.token, actor);
      setGuest(given, opened, exchange);
      // in the log of the graph's workspace, which is not the caller's
      const fact = { action: "share.opened", resource: { kind: "graph", id: opened.graph, name: opened.name }, detail: { level: opened.level } } as const;
      const by: Actor = opened.guest ? { kind: "guest", ...opened.guest, name: "Guest", person: false } : actor;
      if (opened.isNew) await audit.record(fact, { actor: by, workspace: opened.workspace, exchange });
      return { graph: opened.graph, level: opened.level };
    }),
    handle(contract.listSharedGraphs, async ({ actor }) => ({ items: await shares.sharedWith(actor) })),
  ];
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
