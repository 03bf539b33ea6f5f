import type { HttpClient } from "#nodes/kit/http/service.ts";
import type { OidcConfig } from "../../../config.ts";
import { createDiscovery, type Discovery } from "./discovery.ts";
import { ProviderError } from "./provider-error.ts";
import { readTokens } from "./token-answer.ts";
import { createIdTokenCheck, type IdTokenClaims } from "./verify-id-token.ts";

export interface OpenIdProviderGiven {
  config: OidcConfig;
  /** Every call to the provider goes through it. */
  http: HttpClient;
}

/** One OpenID Connect provider: authorization code flow with PKCE, state and nonce (OpenID Connect Core 1.0, RFC 7636). */
export interface OpenIdProvider {
  /** Where the browser goes. Throws ProviderError when the provider cannot be asked where that is. */
  authorizationUrl(given: { state: string; nonce: string; codeChallenge: string; redirectUri: string }): Promise<URL>;
  /** The ID token for a code, not yet checked. Throws ProviderError. */
  redeem(given: { code: string; codeVerifier: string; redirectUri: string }): Promise<string>;
  /** Who the provider says it is. Throws ProviderError for a token that was not made by it, for us, for this sign-in, or lately. */
  check(idToken: string, nonce: string): Promise<IdTokenClaims>;
}

const SCOPES = "openid email profile";
const LIMITS = { timeoutMs: 15_000, maxBytes: 1_000_000, maxRedirects: 0 };

export function createOpenIdProvider({ config, http }: OpenIdProviderGiven): OpenIdProvider {
  const { clientId, clientSecret } = config;
  const discovery = createDiscovery({ issuer: config.issuer, http });
  const check = createIdTokenCheck({ clientId, discovery });
  return {
    authorizationUrl: async ({ state, nonce, codeChallenge, redirectUri }) => {
      const url = new URL((await discovery.read()).authorization_endpoint);
      const query = { response_type: "code", client_id: clientId, redirect_uri: redirectUri, scope: SCOPES, state, nonce };
      for (const [name, value] of Object.entries({ ...query, code_challenge: codeChallenge, code_challenge_method: "S256" })) url.searchParams.set(name, value);
      return url;
    },
    redeem: async ({ code, codeVerifier, redirectUri }) => {
      const found = await discovery.read();
      const { headers, fields } = clientProof(found, { clientId, clientSecret });
      const form = { grant_type: "authorization_code", code, redirect_uri: redirectUri, code_verifier: codeVerifier, ...fields };
      const answer = await http
        .request({
          method: "POST",
          url: found.token_endpoint,
          headers: { accept: "application/json", "content-type": "application/x-www-form-urlencoded", ...headers },
          body: new URLSearchParams(form).toString(),
          ...LIMITS,
          signal: new AbortController().signal,
        })
        .catch((cause: unknown) => {
          throw new ProviderError("its token endpoint did not answer", { cause });
        });
      return readTokens(answer).id_token;
    },
    check,
  };
}

/** How the client shows who it is (Core 9): with its secret in the header unless the provider takes it in the form only. */
function clientProof(
  { token_endpoint_auth_methods_supported: methods = ["client_secret_basic"] }: Discovery,
  { clientId, clientSecret }: { clientId: string; clientSecret: string | undefined },
): { headers: Record<string, string>; fields: Record<string, string> } {
  if (clientSecret === undefined) return { headers: {}, fields: { client_id: clientId } };
  if (!methods.includes("client_secret_basic") && methods.includes("client_secret_post"))
    return { headers: {}, fields: { client_id: clientId, client_secret: clientSecret } };
  // RFC 6749 2.3.1: both are form-encoded before they are joined
  const encode = (text: string) => new URLSearchParams({ text }).toString().slice("text=".length);
  const basic = Buffer.from(`${encode(clientId)}:${encode(clientSecret)}`).toString("base64");
  return { headers: { authorization: `Basic ${basic}` }, fields: {} };
}
