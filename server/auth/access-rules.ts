import type { IncomingMessage } from "node:http";
import { type Config, isLoopbackHost } from "../config.ts";

/** Which requests are ours to answer, by their headers. */
export interface AccessRules {
  /** Whether `Host` names this server. */
  isOwnHost(request: IncomingMessage): boolean;
  /**
   * Whether no other site had a hand in the request: an `Origin` must be that of the page we serve, `Sec-Fetch-Site` must say
   * same-origin or none, and a change that carries a cookie must carry an `Origin`.
   */
  isOwnOrigin(request: IncomingMessage, kind: "read" | "change"): boolean;
  /** Whether being on this machine is enough to be its user. */
  isTrustedPeer(request: IncomingMessage): boolean;
  /** The cookie travels over TLS only. */
  isSecure: boolean;
}

/** The rules of a server that listens on `port`. */
export function createAccessRules(config: Pick<Config, "host" | "publicUrl" | "devOrigin">, port: number): AccessRules {
  const { publicUrl, devOrigin } = config;
  const local = ["127.0.0.1", "localhost", "[::1]"].map((name) => new URL(`http://${name}:${port}`));
  const hosts = new Set([...local, ...(publicUrl ? [publicUrl] : [])].map(({ host }) => host));
  const publicOrigins = new Set([publicUrl?.origin, devOrigin].filter((origin) => origin !== undefined));
  // Behind somebody's proxy, or bound to more than loopback, an address says nothing about who calls.
  const isOpen = isLoopbackHost(config.host) && (publicUrl === undefined || isLoopbackHost(publicUrl.hostname));

  return {
    isOwnHost: ({ headers }) => hosts.has((headers.host ?? "").toLowerCase()),
    isOwnOrigin: ({ headers }, kind) => {
      const { origin, host, cookie } = headers;
      const site = headers["sec-fetch-site"];
      if (site !== undefined && site !== "same-origin" && site !== "none") return false;
      if (origin === undefined) return kind === "read" || cookie === undefined;
      return publicOrigins.has(origin) || local.some((url) => url.origin === origin && url.host === host?.toLowerCase());
    },
    isTrustedPeer: ({ socket }) => isOpen && isLoopbackHost((socket.remoteAddress ?? "").replace(/^::ffff:/, "")),
    isSecure: publicUrl?.protocol === "https:",
  };
}
