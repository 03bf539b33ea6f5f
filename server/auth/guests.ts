import type { IncomingMessage } from "node:http";
import type { ShareProof } from "../people/share-proof.ts";
import type { Actor } from "./actor.ts";
import { readCookie } from "./cookies.ts";

/** Browsers send the cookies of all ports of a host to each of them: the port in the name keeps two Heddles apart. */
export function guestCookieNameFor(port: number): string {
  return `heddle_guest_${port}`;
}

/** Who opened the link of a share, by their cookie. Whether the link is still there is seen by what they may do: nothing. */
export function createGuestOf(given: { proof: Pick<ShareProof, "guestOf">; cookieName: string }): (request: IncomingMessage) => Promise<Actor | undefined> {
  return async (request) => {
    const cookie = readCookie(request, given.cookieName);
    const guest = cookie === undefined ? undefined : given.proof.guestOf(cookie);
    return guest && { kind: "guest", id: guest.id, name: "Guest", share: guest.share, person: false };
  };
}
