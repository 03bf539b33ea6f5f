import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
import { type Config, isLoopbackHost } from "../config.ts";

/** The address a request comes from, for limits and for the audit log: no proof of anything. */
export type CallerAddress = (request: Pick<IncomingMessage, "headers" | "socket">) => string;

/**
 * Heddle itself speaks no TLS: with an address on https there is a proxy in front of it, whose own address would stand for everybody's. What
 * that proxy adds to X-Forwarded-For is its last entry; the ones before it are the caller's own words.
 */
export function createCallerAddress({ publicUrl }: Pick<Config, "publicUrl">): CallerAddress {
  const isProxied = publicUrl !== undefined && !isLoopbackHost(publicUrl.hostname);
  return ({ headers, socket }) => {
    const told = isProxied ? [headers["x-forwarded-for"] ?? []].flat().join(",").split(",").at(-1)?.trim() : undefined;
    const address = told !== undefined && isIP(told) !== 0 ? told : (socket.remoteAddress ?? "unknown");
    return address.replace(/^::ffff:/, "");
  };
}
