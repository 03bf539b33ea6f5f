import type { IncomingMessage, ServerResponse } from "node:http";
import type { UserId } from "#runtime/graph/ids.ts";
import type { AuditLog } from "../../audit/audit-log.ts";
import type { OidcConfig } from "../../config.ts";
import type { OpenSession } from "../../contract/session.ts";
import type { HostAndPort } from "../../egress/guard.ts";
import type { Exchange } from "../../http/handle.ts";
import type { Logger } from "../../logger.ts";
import type { Mail } from "../../mail/mail.ts";
import { createAccountStore } from "../../store/accounts.ts";
import type { Database, Tx } from "../../store/database/open-database.ts";
import type { Actor } from "../actor.ts";
import type { CallerAddress } from "../caller-address.ts";

export type UserActor = Extract<Actor, { kind: "user" }>;

/** A person's account, as they see it. */
export interface Profile {
  id: UserId;
  name: string;
  email: string;
  hasPassword: boolean;
  createdAt: string;
}

interface NewAccount {
  name: string;
  /** Lower case. */
  email: string;
  password: string;
}

/** Accounts of team mode. Cookies are set on the exchange's response. */
export interface Accounts {
  /** False: the printed link makes the first owner. Loads nothing, in either mode. */
  hasUsers(): Promise<boolean>;
  /** Who is signed in by the cookie. */
  userOf(request: IncomingMessage): Promise<UserActor | undefined>;
  /** Moves the end of the session, and that of its cookie, if it is time. */
  refresh(exchange: Exchange): Promise<void>;
  /** Throws `ApiError`: `unauthenticated`, alike for a wrong password and an address that nobody has; `rate-limited`. */
  signIn(given: { email: string; password: string }, exchange: Exchange): Promise<UserActor>;
  signOut(exchange: Exchange): Promise<void>;
  /**
   * A new account, which is signed in. `also` happens in the same transaction, `tx` only: the membership it is made for. `isTheirs`: it was
   * shown that they read what is sent to the address. Failures are counted against `about`, what they were let in by. Throws `ApiError`: `conflict`
   * when the address has an account, `rate-limited`.
   */
  create(given: NewAccount & { isTheirs: boolean; about?: string; also?: (tx: Tx, user: UserId) => Promise<void> }, exchange: Exchange): Promise<UserActor>;
  /** The first account, owner of the installation, signed in. Throws `ApiError("conflict")` when there is one. */
  createOwner(given: NewAccount, exchange: Exchange): Promise<UserActor>;

  /** Where to go to sign in with the provider. Throws `ApiError`: `conflict` without one, `unavailable` when it does not answer. */
  providerUrl(given: { returnTo: string; invitation?: string | undefined }, exchange: Exchange): Promise<string>;
  /**
   * Answers the browser that comes back from the provider, at CALLBACK_PATH: goes on to where it wanted, or to `/sign-in?refused=…` (PROVIDER_REFUSALS).
   * Cross-site by nature: what protects it is the state it must bring, and the cookie that belongs to it.
   */
  answerProvider(request: IncomingMessage, response: ServerResponse): Promise<void>;

  /** Sends a link, or prints it to the log, if somebody has the address; resolves at once. Throws `ApiError("rate-limited")`. */
  askForReset(email: string, exchange: Exchange): Promise<void>;
  /** Ends all sessions; API tokens go on, which scripts rely on. Throws `ApiError`: `gone`, `rate-limited`. */
  resetPassword(given: { token: string; password: string }, exchange: Exchange): Promise<Pick<UserActor, "id" | "name" | "email">>;

  profile(user: UserActor): Promise<Profile>;
  rename(user: UserActor, name: string): Promise<void>;
  /** Ends the other sessions. Throws `ApiError`: `forbidden` for a wrong password, `conflict` without one, `rate-limited`. */
  changePassword(user: UserActor, given: { current: string; password: string }, exchange: Exchange): Promise<void>;
  sessions(user: UserActor): Promise<OpenSession[]>;
  /** Throws `ApiError("not-found")`. */
  endSession(user: UserActor, id: string): Promise<void>;
  endAllSessions(user: UserActor, exchange: Exchange): Promise<void>;
  /** Waits for mails that are being sent. */
  close(): Promise<void>;
}

export interface AccountsGiven {
  database: Database;
  /** Where browsers reach Heddle: an origin, without a slash at its end. */
  url: string;
  /** Of `cookieNameFor(port)`. */
  cookieName: string;
  /** The cookie travels over TLS only. */
  isSecure: boolean;
  /** Signs session cookies: at least 256 bits as text, derived from the vault's key, the same in every process and after a rotation. */
  signingKey: () => Promise<string>;
  mail: Mail;
  callerAddress: CallerAddress;
  /** Called when a session ended otherwise than by its own browser: open sockets are judged again. */
  accessChanged: () => Promise<void>;
  /** For sign-ins that have no route: those by the provider. */
  audit: Pick<AuditLog, "record">;
  oidc: OidcConfig | undefined;
  /** The rules for outgoing calls; the provider's own address is allowed beside them. */
  egress: { allow: readonly HostAndPort[]; ownListeners: () => HostAndPort[] };
  logger: Logger;
}

/** Where the provider sends browsers back to; under PUBLIC_URL, this is the redirect URI to register there. */
export const CALLBACK_PATH = "/api/auth/callback/oidc";

/** Loads better-auth when it is first needed: single-user mode never does. */
export function createAccounts(given: AccountsGiven): Accounts {
  const store = createAccountStore(given.database);
  let opening: Promise<Omit<Accounts, "hasUsers">> | undefined;
  const open = () => {
    opening ??= import("./open-accounts.ts")
      .then(({ openAccounts }) => openAccounts(given, store))
      .catch((error: unknown) => {
        opening = undefined;
        throw error;
      });
    return opening;
  };
  return {
    hasUsers: () => store.hasUsers(),
    userOf: async (request) => (await open()).userOf(request),
    refresh: async (exchange) => (await open()).refresh(exchange),
    signIn: async (account, exchange) => (await open()).signIn(account, exchange),
    signOut: async (exchange) => (await open()).signOut(exchange),
    create: async (account, exchange) => (await open()).create(account, exchange),
    createOwner: async (account, exchange) => (await open()).createOwner(account, exchange),
    providerUrl: async (wish, exchange) => (await open()).providerUrl(wish, exchange),
    answerProvider: async (request, response) => (await open()).answerProvider(request, response),
    askForReset: async (email, exchange) => (await open()).askForReset(email, exchange),
    resetPassword: async (reset, exchange) => (await open()).resetPassword(reset, exchange),
    profile: async (user) => (await open()).profile(user),
    rename: async (user, name) => (await open()).rename(user, name),
    changePassword: async (user, change, exchange) => (await open()).changePassword(user, change, exchange),
    sessions: async (user) => (await open()).sessions(user),
    endSession: async (user, id) => (await open()).endSession(user, id),
    endAllSessions: async (user, exchange) => (await open()).endAllSessions(user, exchange),
    close: async () => (await opening)?.close(),
  };
}
