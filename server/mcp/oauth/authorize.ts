import { auth, extractWWWAuthenticateParams } from "@modelcontextprotocol/sdk/client/auth.js";
import { NodeError } from "#runtime/node/node-error.ts";
import { createSecret, isSameSecret } from "../../auth/secrets.ts";
import type { EgressClient } from "../../egress/create-egress-client.ts";
import type { GrantStore, Owner } from "./grant-store.ts";
import { createOAuthProvider } from "./oauth-provider.ts";
import { smallAnswers } from "./small-answers.ts";

export interface AuthorizationGiven {
  grants: GrantStore;
  egress: Pick<EgressClient, "fetch">;
  redirectUrl: string;
  now?: () => number;
}

type Named = Owner & { name: string };

/** Lets a person authorize Heddle at the authorization server of a connection. */
export interface Authorization {
  /** The address that the person opens. Throws `NodeError` when the server offers no OAuth, or cannot be reached. */
  begin(owner: Named, by: string): Promise<URL>;
  /** They came back. Throws `NodeError`: `policy` when it is not the one who began, or they took too long; `auth` when it was refused. */
  finish(owner: Named, back: { by: string; state: string; code?: string | undefined; error?: string | undefined; issuer?: string | undefined }): Promise<void>;
}

const PENDING_MS = 10 * 60_000;
const CHALLENGE_MS = 15_000;

/** The connection that a state was made for. */
export function connectionOf(state: string): string | undefined {
  return /^([a-z]+_[A-Za-z0-9_]{1,64})\.[\w-]{43}$/.exec(state)?.[1];
}

export function createAuthorization({ grants, egress, redirectUrl, now = Date.now }: AuthorizationGiven): Authorization {
  const fetchFn = smallAnswers(egress.fetch);
  return {
    begin: async (owner, by) => {
      const state = `${owner.id}.${createSecret()}`;
      let left: { address: URL; verifier: string } | undefined;
      const onLeave = (address: URL, verifier: string) => {
        left = { address, verifier };
      };
      const provider = createOAuthProvider({ owner, grants, redirectUrl, now, interaction: { state, onLeave } });
      await auth(provider, { serverUrl: owner.settings.url, fetchFn, ...(await challengeOf(owner, egress.fetch)) }).catch(refuse);
      if (!left) throw new NodeError("auth", "The authorization server asks for nothing that a person could do.", { happened: "no" });
      await grants.putPending(owner, { state, verifier: left.verifier, by, until: now() + PENDING_MS });
      return left.address;
    },
    finish: async (owner, { by, state, code, error, issuer }) => {
      const pending = await grants.readPending(owner);
      if (!pending || !isSameSecret(pending.state, state)) throw new NodeError("policy", "This authorization is over. Begin it again.", { happened: "no" });
      if (pending.by !== by) throw new NodeError("policy", "Somebody else began this authorization. Begin one of your own.", { happened: "no" });
      await grants.removePending(owner);
      if (now() > pending.until) throw new NodeError("policy", "This took longer than ten minutes. Begin it again.", { happened: "no" });
      if (error !== undefined || code === undefined)
        throw new NodeError("auth", "The authorization server did not agree.", { happened: "no", details: { error } });
      await requireIssuer(await grants.read(owner), issuer);
      const interaction = { state, verifier: pending.verifier, onLeave: () => undefined };
      const provider = createOAuthProvider({ owner, grants, redirectUrl, now, interaction });
      await auth(provider, { serverUrl: owner.settings.url, authorizationCode: code, fetchFn }).catch(refuse);
      await grants.update(owner, { authorizedAt: now() });
    },
  };
}

/** What the server itself says of its authorization when somebody comes without (RFC 9728, section 5.1). */
async function challengeOf({ settings }: Owner, fetch: EgressClient["fetch"]): Promise<{ resourceMetadataUrl?: URL; scope?: string }> {
  const headers = { "content-type": "application/json", accept: "application/json, text/event-stream" };
  const ping = { method: "POST", headers, body: JSON.stringify({ jsonrpc: "2.0", id: 0, method: "ping" }) };
  const signal = AbortSignal.timeout(CHALLENGE_MS);
  const response = await fetch(settings.url, settings.transport === "sse" ? { headers: { accept: "text/event-stream" }, signal } : { ...ping, signal });
  await response.body?.cancel();
  if (response.status !== 401) return {};
  const { resourceMetadataUrl, scope } = extractWWWAuthenticateParams(response);
  return { ...(resourceMetadataUrl && { resourceMetadataUrl }), ...(scope !== undefined && { scope }) };
}

/** Whoever sends people back must be who they were sent to (RFC 9207). */
async function requireIssuer(grant: { discovery?: Record<string, unknown> | undefined } | undefined, issuer: string | undefined): Promise<void> {
  const metadata = grant?.discovery?.authorizationServerMetadata;
  const expected = typeof metadata === "object" && metadata !== null && "issuer" in metadata ? metadata.issuer : undefined;
  if (issuer === undefined || expected === undefined || issuer === expected) return;
  throw new NodeError("policy", "Another authorization server answered than the one that was asked.", { happened: "no" });
}

function refuse(error: unknown): never {
  if (error instanceof NodeError) throw error;
  for (let at = error; at instanceof Error; at = at.cause) if (at instanceof NodeError) throw at;
  const reason = error instanceof Error ? error.message.slice(0, 500) : String(error);
  const advice = "Check that the server offers OAuth; where it takes no registration, give the id of a client that was registered there.";
  throw new NodeError("auth", `The authorization failed: ${reason}`, { happened: "no", details: { advice }, cause: error });
}
