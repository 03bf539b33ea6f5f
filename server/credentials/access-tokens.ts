import { z } from "zod";
import type { HttpClient, HttpResponse } from "#nodes/kit/http/service.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import type { CredentialSettings } from "../contract/credentials.ts";
import { problemOfTokenAddress } from "./token-address.ts";

type ClientSettings = Extract<CredentialSettings, { kind: "oauth2-client" }>;

export interface TokenWanted {
  /** Names the secret: another version, another token. */
  key: string;
  settings: ClientSettings;
  secret: string;
}

/** Access tokens of OAuth 2 clients (RFC 6749, section 4.4), kept in the memory of this process until shortly before they run out. */
export interface AccessTokens {
  /** `isFresh`: it was fetched for this very call. Throws `NodeError`; nothing happened then. */
  tokenFor(wanted: TokenWanted): Promise<{ token: string; isFresh: boolean }>;
  /** It was refused before it ran out. */
  forget(key: string, token: string): void;
}

const TIMEOUT_MS = 30_000;
const MAX_BYTES = 256 * 1024;
/** Of a token whose lifetime is not told. */
const DEFAULT_LIFETIME_S = 300;
const KEPT = 1_000;

const answerSchema = z.object({
  access_token: z
    .string()
    .max(16_384)
    .regex(/^[\x21-\x7e]+$/),
  expires_in: z.coerce.number().positive().optional().catch(undefined),
});

export function createAccessTokens({ http, now = Date.now }: { http: HttpClient; now?: () => number }): AccessTokens {
  const held = new Map<string, { token: string; until: number }>();
  const fetching = new Map<string, Promise<string>>();
  const fetchAndHold = async ({ key, ...wanted }: TokenWanted): Promise<string> => {
    const { access_token: token, expires_in: seconds = DEFAULT_LIFETIME_S } = await fetchToken(http, wanted);
    // never handed out in its last minute, or last tenth
    const until = now() + seconds * 1_000 - Math.min(60_000, seconds * 100);
    held.delete(key);
    held.set(key, { token, until });
    const [oldest] = held.keys();
    if (held.size > KEPT && oldest !== undefined) held.delete(oldest);
    return token;
  };
  return {
    tokenFor: async (wanted) => {
      const known = held.get(wanted.key);
      if (known && known.until > now()) return { token: known.token, isFresh: false };
      const under = fetching.get(wanted.key) ?? fetchAndHold(wanted).finally(() => fetching.delete(wanted.key));
      fetching.set(wanted.key, under);
      return { token: await under, isFresh: true };
    },
    forget: (key, token) => {
      if (held.get(key)?.token === token) held.delete(key);
    },
  };
}

async function fetchToken(http: HttpClient, { settings, secret }: Omit<TokenWanted, "key">): Promise<z.output<typeof answerSchema>> {
  const problem = problemOfTokenAddress(settings.tokenUrl);
  if (problem !== undefined) throw new NodeError("policy", `No access token: ${problem}`, { happened: "no" });
  const { clientId, scope } = settings;
  const fields = { grant_type: "client_credentials", ...(scope !== "" && { scope }) };
  const basic = Buffer.from(`${formEncoded(clientId)}:${formEncoded(secret)}`).toString("base64");
  const first = await post(http, { url: settings.tokenUrl, fields, headers: { authorization: `Basic ${basic}` } });
  // some servers take client and secret in the body only
  const isRefused = first.status === 400 || first.status === 401;
  const answer = isRefused ? await post(http, { url: settings.tokenUrl, fields: { ...fields, client_id: clientId, client_secret: secret } }) : first;
  const parsed = answerSchema.safeParse(parseJson(answer));
  if (answer.status === 200 && parsed.success) return parsed.data;
  const reason = z.object({ error: z.string().regex(/^[a-z_]{1,50}$/) }).safeParse(parseJson(answer)).data?.error;
  const { host } = new URL(settings.tokenUrl);
  throw new NodeError(
    "auth",
    `${host} gave out no access token (status ${answer.status}${reason === undefined ? "" : `, ${reason}`}). Check the client, its secret and its scope.`,
    { happened: "no", details: { status: answer.status } },
  );
}

async function post(http: HttpClient, given: { url: string; fields: Record<string, string>; headers?: Record<string, string> }): Promise<HttpResponse> {
  try {
    return await http.request({
      method: "POST",
      url: given.url,
      headers: { "content-type": "application/x-www-form-urlencoded", accept: "application/json", ...given.headers },
      body: new URLSearchParams(given.fields).toString(),
      timeoutMs: TIMEOUT_MS,
      maxBytes: MAX_BYTES,
      maxRedirects: 0,
      signal: new AbortController().signal,
    });
  } catch (error) {
    // what the token is for has not been asked yet
    if (error instanceof NodeError) throw new NodeError(error.code, `No access token: ${error.message}`, { happened: "no", cause: error });
    throw error;
  }
}

function formEncoded(text: string): string {
  return new URLSearchParams({ a: text }).toString().slice(2);
}

function parseJson({ body }: HttpResponse): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
}
