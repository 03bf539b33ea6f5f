import { auth } from "@modelcontextprotocol/sdk/client/auth.js";
import type { OAuthTokens } from "@modelcontextprotocol/sdk/shared/auth.js";
import type { FetchLike } from "@modelcontextprotocol/sdk/shared/transport.js";
import { NodeError } from "#runtime/node/node-error.ts";
import type { EgressClient } from "../../egress/create-egress-client.ts";
import type { Grant, GrantStore, Owner } from "./grant-store.ts";
import { createOAuthProvider, needsAuthorization } from "./oauth-provider.ts";
import { smallAnswers } from "./small-answers.ts";

export interface OAuthAccessGiven {
  grants: GrantStore;
  egress: Pick<EgressClient, "fetch" | "fetchDressed">;
  redirectUrl: string;
  now?: () => number;
}

/** Sends what was granted along with the requests of connections, and keeps it fresh. */
export interface OAuthAccess {
  /** Rejects with the failure `auth` where a person has to authorize Heddle (again). */
  fetchFor(owner: Owner & { name: string }): FetchLike;
  /** Another text after a person has authorized Heddle anew; empty before the first time. */
  grantOf(owner: Owner): Promise<string>;
  /** What must not be seen of a grant. */
  secretsOf(owner: Owner): Promise<string[]>;
}

/** A token is not sent in its last half minute where it can be refreshed. */
const EARLY_MS = 30_000;

export function createOAuthAccess({ grants, egress, redirectUrl, now = Date.now }: OAuthAccessGiven): OAuthAccess {
  const refreshing = new Map<string, Promise<OAuthTokens>>();

  /** Tokens other than the ones that are good no more. A refresh token often works once: one refresh at a time. */
  const refresh = async (owner: Owner & { name: string }, stale: string): Promise<OAuthTokens> => {
    const known = (await grants.read(owner))?.tokens;
    if (known && known.access_token !== stale) return known;
    if (!known?.refresh_token) throw needsAuthorization(owner.name);
    const provider = createOAuthProvider({ owner, grants, redirectUrl, now });
    await auth(provider, { serverUrl: owner.settings.url, fetchFn: smallAnswers(egress.fetch) }).catch((error: unknown) => {
      throw error instanceof NodeError ? error : new NodeError("auth", `"${owner.name}" could not be authorized again.`, { happened: "no", cause: error });
    });
    const tokens = (await grants.read(owner))?.tokens;
    if (!tokens || tokens.access_token === stale) throw needsAuthorization(owner.name);
    return tokens;
  };
  const refreshOnce = (owner: Owner & { name: string }, stale: string): Promise<OAuthTokens> => {
    const under = refreshing.get(owner.id) ?? refresh(owner, stale).finally(() => refreshing.delete(owner.id));
    refreshing.set(owner.id, under);
    return under;
  };

  return {
    fetchFor: (owner) => {
      const { origin } = new URL(owner.settings.url);
      const send = (token: string): FetchLike =>
        egress.fetchDressed((hop) => (new URL(hop.url).origin === origin ? { ...hop, headers: { ...hop.headers, authorization: `Bearer ${token}` } } : hop));
      return async (input, init) => {
        const grant = await grants.read(owner);
        if (!grant?.tokens) throw needsAuthorization(owner.name);
        const tokens = isLate(grant, now()) ? await refreshOnce(owner, grant.tokens.access_token) : grant.tokens;
        const first = await send(tokens.access_token)(input, init);
        if (first.status !== 401) return first;
        await first.body?.cancel();
        const fresh = await refreshOnce(owner, tokens.access_token);
        const second = await send(fresh.access_token)(input, init);
        if (second.status !== 401) return second;
        await second.body?.cancel();
        throw needsAuthorization(owner.name);
      };
    },
    grantOf: async (owner) => {
      const grant = await grants.read(owner);
      return grant?.tokens ? `${grant.client?.client_id ?? ""} ${grant.authorizedAt ?? 0}` : "";
    },
    secretsOf: async (owner) => {
      const grant = await grants.read(owner);
      const { access_token, refresh_token } = grant?.tokens ?? {};
      return [access_token, refresh_token, grant?.client?.client_secret].filter((secret) => secret !== undefined);
    },
  };
}

function isLate({ tokens, receivedAt = 0 }: Grant, now: number): boolean {
  if (tokens?.expires_in === undefined || !tokens.refresh_token) return false;
  return now > receivedAt + tokens.expires_in * 1_000 - EARLY_MS;
}
