import ipaddr from "ipaddr.js";

type Address = ReturnType<typeof ipaddr.parse>;

// Public by number, yet answered by the cloud a machine runs in.
const metadataAddresses = new Set(["168.63.129.16"]);

const reasons: Record<string, string> = {
  loopback: "an address of this machine",
  unspecified: "an address of this machine",
  private: "a private address",
  uniqueLocal: "a private address",
  deprecatedSiteLocal: "a private address",
  linkLocal: "a link-local address",
  carrierGradeNat: "an address of a provider's private network",
  multicast: "a multicast address",
  broadcast: "a broadcast address",
  rfc6052: "an IPv4 address wrapped in IPv6",
  rfc6145: "an IPv4 address wrapped in IPv6",
  "6to4": "an IPv4 address wrapped in IPv6",
  teredo: "an IPv4 address wrapped in IPv6",
};

/** The address in its one spelling: an IPv4 address mapped into IPv6 becomes IPv4, a zone is dropped. `undefined` for a name. */
export function canonicalAddress(text: string): string | undefined {
  const address = parse(text);
  return address?.toNormalizedString();
}

/** Why the address may not be reached by default, in words; `undefined` when it is a public one. */
export function whyBlocked(text: string): string | undefined {
  const address = parse(text);
  if (address === undefined) return "not an address";
  if (metadataAddresses.has(address.toNormalizedString())) return "a cloud metadata address";
  const range: string = address.range();
  // Of IPv6 only 2000::/3 is in public use; what carries an IPv4 address inside (NAT64, 6to4, Teredo) has ranges of its own and stays blocked.
  const isPublic = range === "unicast" && (address.kind() === "ipv4" || isGlobal(address));
  return isPublic ? undefined : (reasons[range] ?? "a reserved address");
}

/** Whether the address stays on this machine whatever its network is. */
export function isLoopback(text: string): boolean {
  const range: string | undefined = parse(text)?.range();
  return range === "loopback" || range === "unspecified";
}

function isGlobal(address: Address): boolean {
  return ((address.toByteArray()[0] ?? 0) & 0xe0) === 0x20;
}

function parse(text: string): Address | undefined {
  const bare = text.replace(/^\[|\]$/g, "").replace(/%.*$/, "");
  // Only whole spellings: the parser would also take "127.1".
  if (!ipaddr.IPv4.isValidFourPartDecimal(bare) && !ipaddr.IPv6.isValid(bare)) return undefined;
  return ipaddr.process(bare);
}
