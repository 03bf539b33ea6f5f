import type { IncomingMessage } from "node:http";
import { ApiError } from "../api-error.ts";
import type { Mode } from "../contract/session.ts";
import type { AccessRules } from "./access-rules.ts";
import { type Actor, ANONYMOUS, LOCAL, LOCAL_PERSON } from "./actor.ts";
import { readCookie } from "./cookies.ts";
import { isSameSecret } from "./secrets.ts";
import type { Sessions } from "./sessions.ts";

/** Finds out who calls. Throws `ApiError("unauthenticated")` for credentials that are wrong; missing ones make a weaker actor. */
export type Authenticate = (request: IncomingMessage) => Promise<Actor>;

export interface AuthenticateGiven {
  mode(): Mode;
  /** The token file. */
  token: string;
  /** Sessions of the user of single-user mode. */
  sessions: Sessions;
  rules: AccessRules;
  cookieName: string;
  /** Who is signed in by the cookie of the request. */
  userOf?(request: IncomingMessage): Promise<Actor | undefined>;
  /** Who opened the link of a share. */
  guestOf?(request: IncomingMessage): Promise<Actor | undefined>;
  /** Whose API token it is; undefined for one that is none, has expired or was revoked. */
  tokenOf?(token: string): Promise<Actor | undefined>;
}

export function createAuthenticate(given: AuthenticateGiven): Authenticate {
  const byBearer = async (authorization: string): Promise<Actor> => {
    const [, token] = /^Bearer +(\S+) *$/i.exec(authorization) ?? [];
    if (token !== undefined && isSameSecret(token, given.token)) return LOCAL_PERSON;
    const actor = token === undefined ? undefined : await given.tokenOf?.(token);
    if (actor) return actor;
    throw new ApiError(
      "unauthenticated",
      "This token is neither an API token that works (it may have expired or been revoked) nor the one in the data directory (the file token). Send Authorization: Bearer <token>, or nothing.",
    );
  };
  const inSingleUserMode = async (request: IncomingMessage): Promise<Actor> => {
    const secret = readCookie(request, given.cookieName);
    if (secret !== undefined && (await given.sessions.isValid(secret))) return LOCAL_PERSON;
    return given.rules.isTrustedPeer(request) ? LOCAL : ANONYMOUS;
  };
  return async (request) => {
    const { authorization } = request.headers;
    if (authorization !== undefined) return byBearer(authorization);
    const actor = given.mode() === "team" ? await given.userOf?.(request) : await inSingleUserMode(request);
    if (actor && actor.kind !== "anonymous") return actor;
    return (await given.guestOf?.(request)) ?? ANONYMOUS;
  };
}

/**
 * The port that names of cookies hold: that of the address browsers know, which all processes behind it share, whatever port each listens on.
 * Browsers send the cookies of all ports of a host to each of them: the port in the name keeps two Heddles apart.
 */
export function cookiePortOf(publicUrl: URL | undefined, listening: number): number {
  if (publicUrl === undefined) return listening;
  return publicUrl.port === "" ? (publicUrl.protocol === "https:" ? 443 : 80) : Number(publicUrl.port);
}

/** See `cookiePortOf`. */
export function cookieNameFor(port: number): string {
  return `heddle_session_${port}`;
}
