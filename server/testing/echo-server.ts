import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** Another system, that says back whatever it is told. */
export interface EchoServer {
  /** `127.0.0.1:<port>`. */
  host: string;
  url: string;
  /** The headers and the address of each request. */
  seen: string[];
  close(): Promise<void>;
}

/**
 * `/large`: its address, more often than is kept within a run's log. `/cut`: takes the request and hangs up. `/status/<n>`: the echo, with that status. `/redirect`:
 * sends on to the echo, with what came in its address. `/token`: the token endpoint of OAuth 2, with `accessToken`. Anything else: the echo, in
 * body and headers; with `long`, hundreds of times.
 */
export async function startEchoServer({ accessToken = "access-token" } = {}): Promise<EchoServer> {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    request.resume().on("end", () => answer(request, { response, seen, accessToken }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    ...{ host, url: `http://${host}`, seen },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function answer(request: IncomingMessage, { response, seen, accessToken }: { response: ServerResponse; seen: string[]; accessToken: string }): void {
  const { url = "/", headers } = request;
  const { pathname, searchParams } = new URL(url, "http://echo");
  const echo = JSON.stringify({ url, headers });
  seen.push(echo);
  const [, status = "200"] = /^\/status\/(\d{3})$/.exec(pathname) ?? [];
  const send = (text: string, { as = Number(status), ...more }: { as?: number; [header: string]: string | number } = {}) => {
    response.writeHead(as, { "content-type": "application/json", ...more }).end(text);
  };
  switch (pathname) {
    case "/cut":
      request.socket.destroy();
      break;
    case "/large":
      send(JSON.stringify(`${url} `.repeat(10_000)));
      break;
    case "/html":
      send("<script>alert(1)</script>", { "content-type": "text/html" });
      break;
    case "/token":
      send(JSON.stringify({ access_token: accessToken, token_type: "bearer", expires_in: 3_600 }));
      break;
    case "/redirect":
      send(echo, { as: 302, location: `/echo?came=${encodeURIComponent(echo)}` });
      break;
    default:
      send(searchParams.has("long") ? `[${Array.from({ length: 400 }, () => echo)}]` : echo, {
        "x-echo": Buffer.from(echo).toString("base64url"),
        "x-raw": headerText(echo),
      });
  }
}

function headerText(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, "?");
}
