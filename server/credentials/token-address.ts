import { canonicalAddress, whyBlocked } from "../egress/address-policy.ts";
import { canonicalHost } from "../egress/guard.ts";

/** Why the secret of an OAuth 2 client may not be sent to an address; undefined when it may: over https, or where no public network lies between. */
export function problemOfTokenAddress(address: string): string | undefined {
  const url = URL.parse(address);
  if (url?.protocol === "https:" || (url && isPrivate(canonicalHost(url.hostname)))) return undefined;
  return "The secret would be sent without encryption. Give an address with https; http is for this machine and private networks only.";
}

/** Names without a dot are given out by the machine or the network itself, like those of a compose file. */
function isPrivate(host: string): boolean {
  if (canonicalAddress(host) !== undefined) return whyBlocked(host) !== undefined;
  return !host.includes(".") || /\.(localhost|local|internal|home\.arpa)$/.test(host);
}
