import { z } from "zod";
import type { HttpClient } from "#nodes/kit/http/service.ts";
import { isLoopbackHost } from "../../../config.ts";
import { ProviderError } from "./provider-error.ts";
import { parseJson } from "./token-answer.ts";

const endpointSchema = z.url({ protocol: /^https?$/ });
const discoverySchema = z.object({
  issuer: z.string(),
  authorization_endpoint: endpointSchema,
  token_endpoint: endpointSchema,
  jwks_uri: endpointSchema,
  token_endpoint_auth_methods_supported: z.array(z.string()).optional(),
});
/** What a provider says of itself (OpenID Connect Discovery 1.0). */
export type Discovery = z.infer<typeof discoverySchema>;

const keysSchema = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).max(100) });
export type KeySet = z.infer<typeof keysSchema>;

export interface DiscoverySource {
  read(): Promise<Discovery>;
  /** `fresh`: a token names a key that is not among those known; asked at most twice a minute. */
  keys(given?: { fresh?: boolean }): Promise<KeySet>;
}

const HOUR_MS = 3_600_000;
const FRESH_MS = 30_000;

/** Asked when it is first needed, and remembered for an hour. All of it throws ProviderError. */
export function createDiscovery({ issuer, http }: { issuer: string; http: HttpClient }): DiscoverySource {
  const ask = async (url: string): Promise<unknown> => {
    const limits = { timeoutMs: 10_000, maxBytes: 1_000_000, maxRedirects: 2 };
    const signal = new AbortController().signal;
    const answer = await http.request({ method: "GET", url, headers: { accept: "application/json" }, ...limits, signal }).catch((cause: unknown) => {
      throw new ProviderError(`${url} did not answer`, { cause });
    });
    if (answer.status !== 200) throw new ProviderError(`${url} answered ${answer.status}`);
    return parseJson(answer.body);
  };
  const read = remember(async () => {
    const found = discoverySchema.safeParse(await ask(`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`));
    if (!found.success) throw new ProviderError("what it says of itself is incomplete");
    requireFitting(found.data, issuer);
    return found.data;
  }, HOUR_MS);
  const keys = remember(async () => {
    const found = keysSchema.safeParse(await ask((await read()).jwks_uri));
    if (!found.success) throw new ProviderError("its keys cannot be read");
    return found.data;
  }, HOUR_MS);
  return { read: () => read(), keys: ({ fresh = false } = {}) => keys(fresh ? FRESH_MS : undefined) };
}

function requireFitting(found: Discovery, issuer: string): void {
  if (found.issuer !== issuer) throw new ProviderError(`it calls itself ${found.issuer.slice(0, 200)}, not ${issuer}: write OIDC_ISSUER exactly so`);
  for (const endpoint of [found.authorization_endpoint, found.token_endpoint, found.jwks_uri]) {
    const url = new URL(endpoint);
    const isSafe = url.protocol === "https:" || (isLoopbackHost(url.hostname) && url.origin === new URL(issuer).origin);
    if (!isSafe) throw new ProviderError(`its address ${url.origin} is not on https`);
  }
}

/** One attempt at a time; what failed is tried again. `maxAgeMs`: what is older is asked for again. */
function remember<T>(load: () => Promise<T>, lifeMs: number): (maxAgeMs?: number) => Promise<T> {
  let known: { value: Promise<T>; at: number } | undefined;
  return (maxAgeMs = lifeMs) => {
    if (known && Date.now() - known.at < maxAgeMs) return known.value;
    const value = load();
    const entry = { value, at: Date.now() };
    known = entry;
    value.catch(() => {
      if (known === entry) known = undefined;
    });
    return value;
  };
}
