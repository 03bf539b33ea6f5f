import type { IncomingMessage } from "node:http";
import { ApiError } from "../api-error.ts";
import type { AccessRules } from "./access-rules.ts";
import { type Actor, ANONYMOUS, LOCAL, LOCAL_PERSON } from "./actor.ts";
import { isSameSecret } from "./secrets.ts";
import type { Sessions } from "./sessions.ts";

/** Finds out who calls. Throws `ApiError("unauthenticated")` for credentials that are wrong; missing ones make a weaker actor. */
export type Authenticate = (request: IncomingMessage) => Promise<Actor>;

export function createAuthenticate(given: { sessions: Sessions; token: string; rules: AccessRules; cookieName: string }): Authenticate {
  return async (request) => {
    const { authorization } = request.headers;
    if (authorization !== undefined) {
      const [, token] = /^Bearer +(\S+) *$/i.exec(authorization) ?? [];
      if (token !== undefined && isSameSecret(token, given.token)) return LOCAL_PERSON;
      throw new ApiError(
        "unauthenticated",
        "This token is not the one in the data directory (the file token). Send Authorization: Bearer <token>, or nothing.",
      );
    }
    const secret = readCookie(request, given.cookieName);
    if (secret !== undefined && (await given.sessions.isValid(secret))) return LOCAL_PERSON;
    return given.rules.isTrustedPeer(request) ? LOCAL : ANONYMOUS;
  };
}

/** Browsers send the cookies of all ports of a host to each of them: the port in the name keeps two Heddles apart. */
export function cookieNameFor(port: number): string {
  return `heddle_session_${port}`;
}

function readCookie({ headers }: IncomingMessage, name: string): string | undefined {
  const prefix = `${name}=`;
  const found = headers.cookie?.split(";").find((part) => part.trim().startsWith(prefix));
  return found?.trim().slice(prefix.length);
}
