import type { IncomingHttpHeaders } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A service that answers what it was sent, and remembers it. */
export interface EchoServer {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  /** What came, oldest first. */
  readonly calls: readonly { readonly path: string; readonly headers: IncomingHttpHeaders }[];
  close(): Promise<void>;
}

export async function startEchoServer(): Promise<EchoServer> {
  const calls: { path: string; headers: IncomingHttpHeaders }[] = [];
  const server = createServer(({ url = "", headers }, answer) => {
    calls.push({ path: url, headers });
    answer.setHeader("content-type", "application/json").end(JSON.stringify({ path: url, headers }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
