import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
import ipaddr from "ipaddr.js";
import { type Config, isLoopbackHost } from "../config.ts";

/** The address a request comes from, for limits (see `limitKey`) and for the audit log: no proof of anything. */
export type CallerAddress = (request: Pick<IncomingMessage, "headers" | "socket">) => string;

/** Where a proxy in front of Heddle connects from; its own words are believed from nowhere else. */
const PROXY_RANGES: ReadonlySet<string> = new Set(["loopback", "private", "uniqueLocal", "linkLocal", "carrierGradeNat"]);
const NETWORK_BITS = 64;

/**
 * Heddle itself speaks no TLS: with an address on https there is a proxy in front of it, whose own address would stand for everybody's. What
 * that proxy adds to X-Forwarded-For is its last entry; the ones before it are the caller's own words.
 */
export function createCallerAddress({ publicUrl }: Pick<Config, "publicUrl">): CallerAddress {
  const isProxied = publicUrl !== undefined && !isLoopbackHost(publicUrl.hostname);
  return ({ headers, socket }) => {
    const connected = plain(socket.remoteAddress ?? "unknown");
    if (!isProxied || !mayBeProxy(connected)) return connected;
    const told = [headers["x-forwarded-for"] ?? []].flat().join(",").split(",").at(-1)?.trim();
    return told !== undefined && isIP(told) !== 0 ? plain(told) : connected;
  };
}

/** Under which an address is counted: who has an IPv6 address has the 2^64 of its network. */
export function limitKey(address: string): string {
  if (isIP(address) !== 6) return address;
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${bare(address)}/${NETWORK_BITS}`).toString()}/${NETWORK_BITS}`;
}

function mayBeProxy(address: string): boolean {
  return isIP(address) !== 0 && PROXY_RANGES.has(ipaddr.process(bare(address)).range());
}

function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, "");
}

function bare(address: string): string {
  return address.replace(/%.*$/, "");
}
