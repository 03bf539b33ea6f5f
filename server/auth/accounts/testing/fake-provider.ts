import { createHash, generateKeyPairSync, type KeyObject, randomUUID, sign } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

/** An OpenID Connect provider on a free port that does what Core 1.0 and RFC 7636 say, unless it is told to lie. */
export interface FakeProvider {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** Who is signed in there; consents to everything. */
  person: Record<string, unknown>;
  /** Replaces claims of the next ID tokens; undefined leaves one out. */
  lie: Record<string, unknown>;
  /** `next`: signs with a new key, published; `foreign`: with one that is not. */
  useKey(which: "first" | "next" | "foreign"): void;
  algorithm: "RS256" | "ES256" | "none";
  /** Addresses that were asked. */
  asked: string[];
  /** What the browser gets: to where it is sent back. */
  consent(authorizationUrl: string): URL;
  close(): Promise<void>;
}

interface Grant {
  redirectUri: string;
  challenge: string;
  nonce: string | undefined;
}

const CLIENT = { clientId: "heddle", clientSecret: "a secret: of the client/+%" };

/** Made once: it takes a while. */
let keys: Record<"first" | "next" | "foreign", Keys> | undefined;

export async function startFakeProvider(): Promise<FakeProvider> {
  keys ??= { first: newKeys(), next: newKeys(), foreign: newKeys() };
  const known = keys;
  const published = new Set<keyof typeof known>(["first"]);
  const grants = new Map<string, Grant>();
  let key: keyof typeof known = "first";

  const idToken = (nonce: string | undefined): string => {
    const now = Math.floor(Date.now() / 1_000);
    const claims = {
      iss: provider.issuer,
      aud: CLIENT.clientId,
      iat: now,
      exp: now + 300,
      ...(nonce !== undefined && { nonce }),
      ...provider.person,
      ...provider.lie,
    };
    const header = { alg: provider.algorithm, typ: "JWT", kid: `${key}-${provider.algorithm}` };
    const text = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
    return `${text}.${signatureOf(text, provider.algorithm, known[key])}`;
  };
  const token = (request: IncomingMessage, form: URLSearchParams) => {
    const expected = Buffer.from([CLIENT.clientId, CLIENT.clientSecret].map(formEncode).join(":")).toString("base64");
    if (request.headers.authorization !== `Basic ${expected}`) return { status: 401, body: { error: "invalid_client" } };
    const grant = grants.get(form.get("code") ?? "");
    grants.delete(form.get("code") ?? "");
    const challenge = createHash("sha256")
      .update(form.get("code_verifier") ?? "")
      .digest("base64url");
    if (!grant || grant.redirectUri !== form.get("redirect_uri") || grant.challenge !== challenge || form.get("grant_type") !== "authorization_code")
      return { status: 400, body: { error: "invalid_grant" } };
    return {
      status: 200,
      body: {
        access_token: `canary-access-${randomUUID()}`,
        refresh_token: `canary-refresh-${randomUUID()}`,
        token_type: "Bearer",
        expires_in: 300,
        id_token: idToken(grant.nonce),
      },
    };
  };
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const { pathname } = new URL(request.url ?? "/", provider.issuer);
    provider.asked.push(pathname);
    const send = (status: number, body: unknown) => response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    if (pathname === "/.well-known/openid-configuration") return send(200, metadata(provider.issuer));
    if (pathname === "/authorize") return response.writeHead(302, { location: provider.consent(`${provider.issuer}${request.url}`).href }).end();
    if (pathname === "/jwks") return send(200, { keys: [...published].flatMap((name) => jwksOf(name, known[name])) });
    if (pathname !== "/token" || request.method !== "POST") return send(404, {});
    const { status, body } = token(request, new URLSearchParams(await textOf(request)));
    return send(status, body);
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const provider: FakeProvider = {
    issuer: `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`,
    ...CLIENT,
    person: { sub: "subject-1", email: "Ada@Example.org", email_verified: true, name: "Ada" },
    lie: {},
    algorithm: "RS256",
    asked: [],
    useKey: (which) => {
      key = which;
      if (which !== "foreign") published.add(which);
    },
    consent: (authorizationUrl) => {
      const { origin, pathname, searchParams } = new URL(authorizationUrl);
      const asked = Object.fromEntries(searchParams);
      const isRight =
        asked.response_type === "code" &&
        asked.client_id === CLIENT.clientId &&
        asked.code_challenge_method === "S256" &&
        asked.scope?.split(" ").includes("openid");
      if (`${origin}${pathname}` !== `${provider.issuer}/authorize` || !isRight || !asked.redirect_uri || !asked.state || !asked.code_challenge)
        throw new Error(`The provider would refuse ${authorizationUrl}`);
      const code = randomUUID();
      grants.set(code, { redirectUri: asked.redirect_uri, challenge: asked.code_challenge, nonce: asked.nonce });
      const back = new URL(asked.redirect_uri);
      back.searchParams.set("code", code);
      back.searchParams.set("state", asked.state);
      back.searchParams.set("iss", provider.issuer);
      return back;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return provider;
}

interface Keys {
  RS256: { publicKey: KeyObject; privateKey: KeyObject };
  ES256: { publicKey: KeyObject; privateKey: KeyObject };
}

function newKeys(): Keys {
  return { RS256: generateKeyPairSync("rsa", { modulusLength: 2_048 }), ES256: generateKeyPairSync("ec", { namedCurve: "P-256" }) };
}

function jwksOf(name: string, keys: Keys): object[] {
  return (["RS256", "ES256"] as const).map((alg) => ({ ...keys[alg].publicKey.export({ format: "jwk" }), kid: `${name}-${alg}`, alg, use: "sig" }));
}

function signatureOf(text: string, algorithm: "RS256" | "ES256" | "none", keys: Keys): string {
  if (algorithm === "none") return "";
  return sign("sha256", Buffer.from(text), { key: keys[algorithm].privateKey, dsaEncoding: "ieee-p1363" }).toString("base64url");
}

function metadata(issuer: string) {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/jwks`,
    response_types_supported: ["code"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["RS256", "ES256"],
    code_challenge_methods_supported: ["S256"],
  };
}

const formEncode = (text: string) => new URLSearchParams({ text }).toString().slice("text=".length);

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}
