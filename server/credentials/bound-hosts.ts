import { canonicalAddress } from "../egress/address-policy.ts";
import { canonicalHost, portOf } from "../egress/guard.ts";

/** A host as a credential is bound to it: `api.example.org`, `*.example.org` (what is below it), each perhaps with a port. */
interface BoundHost {
  host: string;
  isWildcard: boolean;
  /** Absent: https on its own port, and nothing else. */
  port: number | undefined;
}

function parse(bound: string): BoundHost {
  const [, host = "", port] = /^(\[[^\]]+\]|[^:]*)(?::(\d+))?$/.exec(bound) ?? [];
  const isWildcard = host.startsWith("*.");
  return { host: canonicalHost(isWildcard ? host.slice(2) : host), isWildcard, port: port === undefined ? undefined : Number(port) };
}

/**
 * Whether a credential bound to these hosts may be sent to an address. Without encryption only where the port is named: who names it knows
 * what listens there.
 */
export function isBound(hosts: readonly string[], url: URL): boolean {
  const host = canonicalHost(url.hostname);
  return hosts.map(parse).some((bound) => {
    const isPort = bound.port === undefined ? url.protocol === "https:" && portOf(url) === 443 : portOf(url) === bound.port;
    return isPort && (bound.isWildcard ? isBelow(host, bound.host) : host === bound.host);
  });
}

/** Those of `hosts` that go beyond what `known` allows. */
export function furtherHosts(hosts: readonly string[], known: readonly string[]): string[] {
  const allowed = known.map(parse);
  return hosts.filter((host) => {
    const wanted = parse(host);
    return !allowed.some((bound) => {
      if (bound.port !== wanted.port) return false;
      if (bound.host === wanted.host && bound.isWildcard === wanted.isWildcard) return true;
      return bound.isWildcard && isBelow(wanted.host, bound.host);
    });
  });
}

/** Where a test goes that names no address; undefined when the first host stands for many. */
export function addressOf(hosts: readonly string[]): string | undefined {
  const [first = ""] = hosts;
  if (first === "" || first.startsWith("*.")) return undefined;
  const { host, port } = parse(first);
  const isLocal = host === "localhost" || host === "::1" || host.startsWith("127.");
  return `${isLocal && port !== undefined ? "http" : "https"}://${first}/`;
}

function isBelow(host: string, parent: string): boolean {
  return host.endsWith(`.${parent}`) && canonicalAddress(host) === undefined;
}
