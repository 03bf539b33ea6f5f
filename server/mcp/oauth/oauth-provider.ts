import type { OAuthClientProvider, OAuthDiscoveryState } from "@modelcontextprotocol/sdk/client/auth.js";
import type { OAuthClientMetadata } from "@modelcontextprotocol/sdk/shared/auth.js";
import { NodeError } from "#runtime/node/node-error.ts";
import type { GrantStore, Owner } from "./grant-store.ts";

/** What a person does: opens an address, and comes back with a code. */
export interface Interaction {
  state: string;
  /** Made when they leave, used when they come back. */
  verifier?: string;
  onLeave: (address: URL, verifier: string) => void;
}

export interface ProviderGiven {
  owner: Owner & { name: string };
  grants: GrantStore;
  redirectUrl: string;
  now: () => number;
  /** Absent: nobody is there, tokens can only be refreshed. */
  interaction?: Interaction;
}

/** For the SDK's `auth`: where it finds and leaves what belongs to one connection. */
export function createOAuthProvider({ owner, grants, redirectUrl, now, interaction }: ProviderGiven): OAuthClientProvider {
  const { auth } = owner.settings;
  const own = auth.type === "oauth" ? auth : { type: "oauth" as const };
  const isReturning = interaction?.verifier !== undefined;
  let verifier = interaction?.verifier ?? "";
  let used: string | undefined;
  const metadata: OAuthClientMetadata = {
    client_name: "Heddle",
    redirect_uris: [redirectUrl],
    grant_types: ["authorization_code", "refresh_token"],
    response_types: ["code"],
    token_endpoint_auth_method: own.clientSecret === undefined ? "none" : "client_secret_basic",
    ...(own.scope && { scope: own.scope }),
  };
  return {
    redirectUrl,
    clientMetadata: metadata,
    ...(interaction && { state: () => interaction.state }),
    clientInformation: async () => {
      if (own.clientId === undefined) {
        const grant = await grants.read(owner);
        // a client is registered for one address to come back to
        return interaction && grant?.redirectUrl !== redirectUrl ? undefined : grant?.client;
      }
      return { client_id: own.clientId, ...(own.clientSecret !== undefined && { client_secret: own.clientSecret }) };
    },
    saveClientInformation: async (client) => {
      if (own.clientId === undefined) await grants.update(owner, { client, redirectUrl });
    },
    tokens: async () => {
      // a person who authorizes anew is not answered with what there was
      const tokens = interaction ? undefined : (await grants.read(owner))?.tokens;
      used = tokens?.refresh_token;
      return tokens;
    },
    saveTokens: (tokens) => grants.update(owner, { tokens, receivedAt: now() }),
    redirectToAuthorization: (address) => {
      if (!interaction) throw needsAuthorization(owner.name);
      if (address.protocol !== "https:" && address.protocol !== "http:")
        throw new NodeError("policy", "The server names an address that is none of the web.", { happened: "no" });
      interaction.onLeave(address, verifier);
    },
    saveCodeVerifier: (made) => {
      verifier = made;
    },
    codeVerifier: () => verifier,
    saveDiscoveryState: (discovery) => grants.update(owner, { discovery: { ...discovery } }),
    discoveryState: async () => {
      // whoever begins anew may find another authorization server than before
      if (interaction && !isReturning) return undefined;
      return (await grants.read(owner))?.discovery as OAuthDiscoveryState | undefined;
    },
    invalidateCredentials: async (scope) => {
      if (scope === "verifier") return;
      const grant = await grants.read(owner);
      // another process may have refreshed them meanwhile
      const isOurs = grant?.tokens?.refresh_token === used;
      await grants.update(owner, {
        ...((scope === "all" || scope === "tokens") && isOurs && { tokens: undefined }),
        ...((scope === "all" || scope === "client") && { client: undefined }),
        ...((scope === "all" || scope === "discovery") && { discovery: undefined }),
      });
    },
  };
}

export function needsAuthorization(name: string): NodeError {
  return new NodeError("auth", `"${name}" needs authorization.`, {
    happened: "no",
    details: { advice: "Whoever manages the connection can choose Authorize on the connections page." },
  });
}
