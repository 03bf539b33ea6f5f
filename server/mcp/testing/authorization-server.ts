import { createHash, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** An OAuth 2.1 authorization server in memory: discovery (RFC 8414), registration (RFC 7591), code with PKCE, refresh with rotation. */
export interface AuthorizationServer {
  port: number;
  issuer: string;
  /** The challenge of a server it protects, unless the request has a token that is good now. */
  refuse(request: IncomingMessage): Record<string, string> | undefined;
  /** Calls of its token endpoint by grant, and registrations. */
  seen: string[];
  /** What was last sent to its token endpoint. */
  lastTokenRequest(): { parameters: URLSearchParams; authorization: string | undefined };
  /** Takes every access token back; refresh tokens stay. */
  expire(): void;
  /** Takes everything back. */
  revoke(): void;
  /** What a browser that opens the address is sent to, once its user agrees. */
  agree(address: URL): URL;
  stop(): Promise<void>;
}

export async function startAuthorizationServer({ protects, lifetimeS = 3_600 }: { protects: string; lifetimeS?: number }): Promise<AuthorizationServer> {
  const seen: string[] = [];
  const clients = new Map<string, { redirectUris: string[] }>();
  const codes = new Map<string, { challenge: string; client: string; redirectUri: string; resource: string | null }>();
  const access = new Set<string>();
  const refresh = new Set<string>();
  let issuer = "";
  let last = { parameters: new URLSearchParams(), authorization: undefined as string | undefined };

  const tokens = () => {
    const made = { access_token: `access-${randomUUID()}`, refresh_token: `refresh-${randomUUID()}` };
    access.add(made.access_token);
    refresh.add(made.refresh_token);
    return { ...made, token_type: "Bearer", expires_in: lifetimeS };
  };
  const exchange = (parameters: URLSearchParams): { status: number; body: object } => {
    const grant = parameters.get("grant_type") ?? "";
    seen.push(grant);
    if (grant === "refresh_token") {
      // rotation: a refresh token works once
      return refresh.delete(parameters.get("refresh_token") ?? "") ? { status: 200, body: tokens() } : { status: 400, body: { error: "invalid_grant" } };
    }
    const code = codes.get(parameters.get("code") ?? "");
    codes.delete(parameters.get("code") ?? "");
    const verified =
      createHash("sha256")
        .update(parameters.get("code_verifier") ?? "")
        .digest("base64url") === code?.challenge;
    const isTheirs = parameters.get("redirect_uri") === code?.redirectUri && parameters.get("resource") === code?.resource;
    return code && verified && isTheirs ? { status: 200, body: tokens() } : { status: 400, body: { error: "invalid_grant" } };
  };

  const agree = (address: URL): URL => {
    const asked = address.searchParams;
    const client = asked.get("client_id") ?? "";
    const redirectUri = asked.get("redirect_uri") ?? "";
    const known = clients.get(client);
    if (known && !known.redirectUris.includes(redirectUri)) throw new Error("The client is not registered for this address.");
    const code = randomUUID();
    codes.set(code, { challenge: asked.get("code_challenge") ?? "", client, redirectUri, resource: asked.get("resource") });
    const back = new URL(redirectUri);
    back.searchParams.set("code", code);
    back.searchParams.set("state", asked.get("state") ?? "");
    return back;
  };
  const server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += chunk;
    const reply = (status: number, body: object) => void response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    const { pathname } = new URL(request.url ?? "", issuer);
    switch (pathname) {
      case "/protected":
        return reply(200, { resource: protects, authorization_servers: [issuer], scopes_supported: ["tools"] });
      case "/.well-known/oauth-authorization-server":
        return reply(200, {
          issuer,
          authorization_endpoint: `${issuer}/authorize`,
          token_endpoint: `${issuer}/token`,
          registration_endpoint: `${issuer}/register`,
          response_types_supported: ["code"],
          code_challenge_methods_supported: ["S256"],
          token_endpoint_auth_methods_supported: ["none", "client_secret_basic"],
        });
      case "/authorize":
        return void response.writeHead(302, { location: agree(new URL(request.url ?? "", issuer)).href }).end();
      case "/register": {
        seen.push("register");
        const metadata = JSON.parse(text);
        const id = `client-${randomUUID()}`;
        clients.set(id, { redirectUris: metadata.redirect_uris });
        return reply(201, { ...metadata, client_id: id });
      }
      case "/token": {
        last = { parameters: new URLSearchParams(text), authorization: request.headers.authorization };
        const { status, body } = exchange(last.parameters);
        return reply(status, body);
      }
      default:
        return reply(404, {});
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  issuer = `http://127.0.0.1:${port}`;
  return {
    port,
    issuer,
    seen,
    lastTokenRequest: () => last,
    refuse: ({ headers }) => {
      const token = headers.authorization?.replace(/^Bearer /, "");
      if (token !== undefined && access.has(token)) return undefined;
      return { "www-authenticate": `Bearer resource_metadata="${issuer}/protected", scope="tools"` };
    },
    expire: () => access.clear(),
    revoke: () => {
      access.clear();
      refresh.clear();
    },
    agree,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
