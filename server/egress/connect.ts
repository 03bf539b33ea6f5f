import { isIP, type LookupFunction } from "node:net";
import { buildConnector } from "undici";
import type { Guard, ResolvedAddress } from "./guard.ts";

const connectTimeoutMs = 10_000;

/**
 * Opens connections for undici. The name is resolved once; the addresses that were checked are the ones connected to, so an answer that changes between
 * the check and the connection changes nothing. undici's own `lookup` option would not do: it is not asked for addresses, and does not know the port.
 */
export function createConnector(guard: Guard): buildConnector.connector {
  return (options, callback) => {
    const host = options.hostname;
    const port = Number(options.port || (options.protocol === "https:" ? 443 : 80));
    guard.resolve({ host, port }).then(
      (addresses) => {
        const connect = buildConnector({ allowH2: false, timeout: connectTimeoutMs, lookup: answerWith(addresses), autoSelectFamily: true });
        connect({ ...options, hostname: literalOf(host, addresses) }, callback);
      },
      (error: unknown) => callback(error instanceof Error ? error : new Error(String(error)), null),
    );
  };
}

/** A host that is an address is not looked up when connecting: give the checked spelling. */
const literalOf = (host: string, addresses: ResolvedAddress[]) => (isIP(host) !== 0 ? (addresses[0]?.address ?? host) : host);

const answerWith =
  (addresses: ResolvedAddress[]): LookupFunction =>
  (_hostname, options, callback) => {
    const first = addresses[0];
    if (options.all === true) callback(null, addresses);
    else if (first === undefined) callback(new Error("no address"), "", 4);
    else callback(null, first.address, first.family);
  };
