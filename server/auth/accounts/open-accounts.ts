import { isAPIError } from "better-auth/api";
import { createId, userIdSchema } from "#runtime/graph/ids.ts";
import { ApiError } from "../../api-error.ts";
import { createEgressClient } from "../../egress/create-egress-client.ts";
import type { Exchange } from "../../http/handle.ts";
import type { AccountStore, NewUser } from "../../store/accounts.ts";
import { isUniqueViolation } from "../../store/database/database-errors.ts";
import type { Accounts, AccountsGiven, UserActor } from "./accounts.ts";
import { countedBy, createAttempts } from "./attempts.ts";
import { type Auth, createAuth } from "./create-auth.ts";
import { hashPassword, isOutdated, verifyPassword } from "./passwords.ts";
import { profilesOf } from "./profiles.ts";
import { createOpenIdProvider } from "./provider/open-id-provider.ts";
import { providerSignIn } from "./provider-sign-in.ts";
import { createResets } from "./resets.ts";
import { cookiesOf, headersFor, passCookies } from "./web-exchange.ts";

/** What the parts of the accounts work with. */
export interface Opened {
  given: AccountsGiven;
  store: AccountStore;
  auth: Auth;
  userOf(headers: Headers): Promise<UserActor | undefined>;
  /**
   * Counts an attempt of its kind against the caller's address, and against whom it is about; see `Attempts`. `atMost`: how many times as many
   * may fail from everywhere.
   */
  guard<T>(what: { kind: string; about?: string | undefined; atMost?: number }, exchange: Exchange, attempt: () => Promise<T>): Promise<T>;
}

const WRONG = "The e-mail address or the password is wrong.";
const TAKEN = "This e-mail address has an account. Sign in with it, then open the link again.";

export async function openAccounts(given: AccountsGiven, store: AccountStore): Promise<Omit<Accounts, "hasUsers">> {
  const { oidc, egress, logger } = given;
  const http = oidc && createEgressClient({ allow: () => [...egress.allow, hostOf(oidc.issuer)], ownListeners: egress.ownListeners });
  const resets = createResets({ ...given, store });
  const auth = createAuth({
    ...{ database: given.database, store, url: given.url, cookieName: given.cookieName, isSecure: given.isSecure, logger },
    secret: await given.signingKey(),
    sendReset: resets.send,
    provider: oidc && http && { client: createOpenIdProvider({ config: oidc, http }), issuer: oidc.issuer, name: oidc.name, signUp: oidc.signUp },
  });
  const attempts = createAttempts();
  const opened: Opened = {
    ...{ given, store, auth },
    userOf: async (headers) => {
      const found = await reached(auth.api.getSession({ headers, query: { disableRefresh: true } }));
      return found ? actorOf(found) : undefined;
    },
    guard: (what, { request, response }, attempt) => {
      const keys = countedBy({ ...what, address: given.callerAddress(request) });
      return attempts.guard(keys, { attempt, retryAfter: (seconds) => response.setHeader("retry-after", seconds) });
    },
  };
  const headers = ({ request }: Pick<Exchange, "request">) => headersFor(request, given.callerAddress);
  return {
    userOf: (request) => opened.userOf(headers({ request })),
    refresh: async (exchange) => {
      const answer = await reached(auth.api.getSession({ headers: headers(exchange), returnHeaders: true }));
      passCookies(exchange.response, answer.headers);
    },
    ...signingIn(opened, headers),
    ...providerSignIn(opened),
    ...resets.routes(opened),
    ...profilesOf(opened),
    close: async () => {
      await resets.settled();
      await http?.close();
    },
  };
}

type Signing = Pick<Accounts, "signIn" | "signOut" | "create" | "createOwner">;

function signingIn({ given, store, auth, guard, userOf }: Opened, headers: (exchange: Exchange) => Headers): Signing {
  const enter = async ({ email, password }: { email: string; password: string }, exchange: Exchange): Promise<UserActor> => {
    const before = await store.byEmail(email);
    const answer = await auth.api.signInEmail({ body: { email, password }, headers: headers(exchange), returnHeaders: true }).catch((error: unknown) => {
      throw isAPIError(error) && error.statusCode < 500 ? new ApiError("unauthenticated", WRONG) : error;
    });
    const user = await userOf(cookiesOf(answer.headers));
    if (!user || !(await isStillRight({ email, password, before: before?.passwordHash }))) {
      if (user) await store.endSession({ user: user.id, id: user.session });
      throw new ApiError("unauthenticated", WRONG);
    }
    if (await leave(exchange)) await given.accessChanged();
    passCookies(exchange.response, answer.headers);
    return user;
  };
  /** A password that was set anew while the old one was being verified ended all sessions there were then: not one that came to be after that. */
  const isStillRight = async ({ email, password, before }: { email: string; password: string; before: string | undefined }): Promise<boolean> => {
    const hash = (await store.byEmail(email))?.passwordHash;
    return hash !== undefined && (hash === before || (await verifyPassword({ hash, password })));
  };
  /** The session of this browser, if it has one. */
  const leave = async (exchange: Exchange): Promise<boolean> => {
    const user = await userOf(headers(exchange));
    return user !== undefined && (await store.endSession({ user: user.id, id: user.session }));
  };
  const newUser = async (account: { name: string; email: string; password: string }, emailVerified: boolean): Promise<NewUser> => {
    const { name, email, password } = account;
    return { id: createId("user"), name, email, emailVerified, passwordHash: await hashPassword(password) };
  };
  return {
    signIn: (account, exchange) =>
      guard({ kind: "sign-in", about: account.email }, exchange, async () => {
        const user = await enter(account, exchange);
        const hash = await store.passwordHash(user.id);
        if (hash !== undefined && isOutdated(hash)) await store.replacePasswordHash(user.id, { from: hash, to: await hashPassword(account.password) });
        await store.dropExpiredSessions();
        return user;
      }),
    signOut: async (exchange) => {
      const left = await leave(exchange);
      const answer = await auth.api.signOut({ headers: headers(exchange), returnHeaders: true });
      passCookies(exchange.response, answer.headers);
      if (left) await given.accessChanged();
    },
    create: ({ isTheirs, also, about, ...account }, exchange) =>
      guard({ kind: "join", about }, exchange, async () => {
        // hashing is what costs: not for an address that is taken
        if (await store.byEmail(account.email)) throw new ApiError("conflict", TAKEN);
        const user = await newUser(account, isTheirs);
        await store.create(user, also && ((tx) => also(tx, user.id))).catch((error: unknown) => {
          throw isUniqueViolation(error, "users_email_unique") ? new ApiError("conflict", TAKEN) : error;
        });
        return enter(account, exchange);
      }),
    createOwner: async (account, exchange) => {
      // whoever has the printed link owns the machine: their word for their address is as good as it gets
      const user = await newUser(account, true);
      if (!(await store.createOwner(user))) throw new ApiError("conflict", "There is an owner already. Sign in, or ask them to invite you.");
      return enter(account, exchange);
    },
  };
}

/** better-auth hides why sessions cannot be looked up; there is one reason. */
async function reached<T>(look: Promise<T>): Promise<T> {
  try {
    return await look;
  } catch (cause) {
    if (isAPIError(cause) && cause.statusCode >= 500) throw new ApiError("unavailable", "The database does not answer. Try again in a moment.", { cause });
    throw cause;
  }
}

function actorOf({ user, session }: { user: { id: string; name: string; email: string }; session: { id: string } }): UserActor {
  return { kind: "user", id: userIdSchema.parse(user.id), name: user.name, email: user.email, session: session.id, person: true };
}

function hostOf(address: string): { host: string; port: number } {
  const { hostname, port, protocol } = new URL(address);
  return { host: hostname.replace(/^\[|\]$/g, ""), port: port === "" ? (protocol === "https:" ? 443 : 80) : Number(port) };
}
