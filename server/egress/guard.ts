import { networkInterfaces } from "node:os";
import { NodeError } from "#runtime/node/node-error.ts";
import { canonicalAddress, isLoopback, whyBlocked } from "./address-policy.ts";

/** A name or an address, and a port. */
export interface HostAndPort {
  host: string;
  port: number;
}

export interface ResolvedAddress {
  address: string;
  family: 4 | 6;
}

/** All addresses of a name, as the system's resolver gives them. */
export type Lookup = (hostname: string) => Promise<ResolvedAddress[]>;

export interface GuardOptions {
  /** What owners have allowed although it is not public. Asked again for every check. */
  allow: () => HostAndPort[];
  /** Where this server itself can be reached. Never allowed, whatever `allow` says. */
  ownListeners: () => HostAndPort[];
  lookup: Lookup;
}

export interface Guard {
  /** Throws `policy` or `validation` when the address can be refused without resolving it. */
  checkUrl(url: string): URL;
  /** The addresses that may be connected to: all of the host's, or none. Throws `policy` or `network`. */
  resolve(target: HostAndPort): Promise<ResolvedAddress[]>;
}

const isWildcard = (host: string) => host === "" || host === "*" || ["0.0.0.0", "::"].includes(canonicalHost(host));

/** One spelling for each host: lower case, no trailing dot, addresses in canonical form. */
export function canonicalHost(host: string): string {
  const address = canonicalAddress(host);
  if (address !== undefined) return address;
  const url = URL.canParse(`http://${host}`) ? new URL(`http://${host}`) : undefined;
  const hostname = (url?.hostname ?? host.toLowerCase()).replace(/\.$/, "");
  return canonicalAddress(hostname) ?? hostname;
}

export const portOf = (url: URL) => (url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port));

export const showHost = ({ host, port }: HostAndPort) => (host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`);

export function createGuard({ allow, ownListeners, lookup }: GuardOptions): Guard {
  const isAllowed = (host: string, port: number) => allow().some((allowed) => allowed.port === port && canonicalHost(allowed.host) === host);

  const refuseOwn = (target: HostAndPort, address?: string) => {
    const isOwn = ownListeners().some(({ host, port }) => {
      if (port !== target.port) return false;
      if (canonicalHost(host) === target.host) return true;
      if (address === undefined) return false;
      // A listener on one address of this machine may be reached through others: proxies, wildcards, interfaces that come and go.
      return canonicalHost(host) === address || ((isWildcard(host) || isOfThisMachine(canonicalHost(host))) && isOfThisMachine(address));
    });
    if (isOwn) throw refusal(`${showHost(target)} is this server itself, which can never be called from a workflow.`);
  };

  const checkAddress = (target: HostAndPort, address: string) => {
    refuseOwn(target, address);
    const reason = whyBlocked(address);
    if (reason === undefined || isAllowed(target.host, target.port) || isAllowed(address, target.port)) return;
    const subject = target.host === address ? `${address} is ${reason}` : `${target.host} leads to ${address}, ${reason}`;
    throw refusal(`${subject}. An owner can allow ${showHost(target)} with HEDDLE_EGRESS_ALLOW.`, { host: target.host, port: target.port });
  };

  return {
    checkUrl(text) {
      const url = parseUrl(text);
      const target = { host: canonicalHost(url.hostname), port: portOf(url) };
      const address = canonicalAddress(target.host);
      if (address === undefined) refuseOwn(target);
      else checkAddress(target, address);
      return url;
    },
    async resolve({ host, port }) {
      const target = { host: canonicalHost(host), port };
      const literal = canonicalAddress(target.host);
      const found = literal === undefined ? await lookUp(target.host, lookup) : [{ address: literal, family: familyOf(literal) }];
      refuseOwn(target);
      return found.map(({ address }) => {
        const canonical = canonicalAddress(address);
        if (canonical === undefined) throw new NodeError("network", `The name ${target.host} could not be resolved.`, { happened: "no" });
        checkAddress(target, canonical);
        return { address: canonical, family: familyOf(canonical) };
      });
    },
  };
}

function parseUrl(text: string): URL {
  if (!URL.canParse(text))
    throw new NodeError("validation", "This is not an address that can be called. It must begin with https:// or http://.", { happened: "no" });
  const url = new URL(text);
  if (url.protocol !== "http:" && url.protocol !== "https:") throw refusal(`Only http:// and https:// addresses can be called, not ${url.protocol}//.`);
  if (url.username !== "" || url.password !== "") throw refusal("The address holds a user name or a password. Use a credential instead.");
  return url;
}

async function lookUp(host: string, lookup: Lookup): Promise<ResolvedAddress[]> {
  const found = await lookup(host).catch((cause: unknown) => {
    throw new NodeError("network", `The name ${host} could not be resolved. Check its spelling and this server's DNS.`, { happened: "no", cause });
  });
  if (found.length === 0) throw new NodeError("network", `The name ${host} has no address.`, { happened: "no" });
  return found;
}

function isOfThisMachine(address: string): boolean {
  if (isLoopback(address) || address === "localhost") return true;
  return Object.values(networkInterfaces()).some((list) => list?.some((entry) => canonicalAddress(entry.address) === address));
}

const familyOf = (address: string) => (address.includes(":") ? 6 : 4);

const refusal = (message: string, details: Record<string, unknown> = {}) => new NodeError("policy", message, { happened: "no", details });
