import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTPayload, jwtVerify } from "jose";
import { z } from "zod";
import type { DiscoverySource } from "./discovery.ts";
import { ProviderError } from "./provider-error.ts";

/** Signatures by a key that only the provider has; none with a shared secret, and never none at all. */
const ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"];
/** Clocks of two machines differ. */
const TOLERANCE_S = 30;

const claimsSchema = z.object({
  sub: z.string().min(1).max(255),
  nonce: z.string(),
  azp: z.string().optional(),
  email: z.string().max(254).optional(),
  // some providers write it as a string
  email_verified: z.union([z.boolean(), z.enum(["true", "false"]).transform((text) => text === "true")]).optional(),
  name: z.string().max(500).optional(),
  preferred_username: z.string().max(500).optional(),
});
export type IdTokenClaims = z.infer<typeof claimsSchema>;

/** Checks as OpenID Connect Core 3.1.3.7 asks: signature, issuer, audience, authorized party, expiry, nonce. */
export function createIdTokenCheck({ clientId, discovery }: { clientId: string; discovery: DiscoverySource }) {
  const verify = async (idToken: string, fresh: boolean): Promise<JWTPayload> => {
    const [{ issuer }, keys] = await Promise.all([discovery.read(), discovery.keys({ fresh })]);
    const keySet = createLocalJWKSet(keys as JSONWebKeySet);
    const options = { issuer, audience: clientId, algorithms: ALGORITHMS, clockTolerance: TOLERANCE_S, requiredClaims: ["exp", "iat", "sub"] };
    return (await jwtVerify(idToken, keySet, options)).payload;
  };
  return async (idToken: string, nonce: string): Promise<IdTokenClaims> => {
    const payload = await verify(idToken, false)
      // keys change: one that is unknown may be new
      .catch((error: unknown) => (error instanceof errors.JWKSNoMatchingKey ? verify(idToken, true) : Promise.reject(error)))
      .catch((error: unknown) => {
        throw error instanceof ProviderError ? error : new ProviderError(`its ID token is not to be believed (${reasonOf(error)})`, { cause: error });
      });
    const claims = claimsSchema.safeParse(payload);
    if (!claims.success) throw new ProviderError("its ID token lacks a claim, or has one of the wrong kind");
    if (claims.data.nonce !== nonce) throw new ProviderError("its ID token is not of this sign-in (nonce)");
    if (Array.isArray(payload.aud) && payload.aud.length > 1 && claims.data.azp !== clientId)
      throw new ProviderError("its ID token is for several clients (azp)");
    return claims.data;
  };
}

function reasonOf(error: unknown): string {
  if (error instanceof errors.JWTClaimValidationFailed || error instanceof errors.JWTExpired) return `${error.code}: ${error.claim}`;
  return error instanceof errors.JOSEError ? error.code : "unreadable";
}
