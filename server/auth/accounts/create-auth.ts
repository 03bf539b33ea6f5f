import { createHash } from "node:crypto";
import type { BetterAuthPlugin } from "better-auth";
import { getOAuthState } from "better-auth/api";
import { betterAuth } from "better-auth/minimal";
import type { OAuthProvider } from "better-auth/oauth2";
import { createId } from "#runtime/graph/ids.ts";
import type { Logger } from "../../logger.ts";
import { createAccountAdapter } from "../../store/account-adapter.ts";
import type { AccountStore } from "../../store/accounts.ts";
import type { Database } from "../../store/database/open-database.ts";
import { createSecret } from "../secrets.ts";
import { hashPassword, verifyPassword } from "./passwords.ts";
import type { OpenIdProvider } from "./provider/open-id-provider.ts";
import { whyNotLetIn } from "./sign-up-rule.ts";

export interface AuthGiven {
  database: Database;
  store: AccountStore;
  /** Origin, without a slash at its end. */
  url: string;
  cookieName: string;
  isSecure: boolean;
  /** 256 bits as text. */
  secret: string;
  sendReset(given: { email: string; name: string; token: string }): void;
  provider: { client: OpenIdProvider; issuer: string; name: string; signUp: "invited" | "anyone" } | undefined;
  logger: Logger;
}

/** Carries the caller's address to better-auth; never read from a request. */
export const ADDRESS_HEADER = "x-heddle-address";
export const PROVIDER_ID = "oidc";
const SESSION_S = 30 * 24 * 3_600;
/** A session's end moves at most this often. */
const SLIDE_S = 3_600;
const RESET_S = 30 * 60;

export type Auth = ReturnType<typeof createAuth>;

/**
 * better-auth, of which nothing is reachable from outside: we call its functions, and its router is not mounted.
 *
 * What a row of `user_sessions` is worth to who reads it: nothing by itself. The cookie is the row's token with an HMAC by `secret`, which is
 * derived from the vault's key and stands in no table.
 */
export function createAuth(given: AuthGiven) {
  const { url, cookieName, isSecure, store } = given;
  const cookie = { httpOnly: true, secure: isSecure, path: "/" };
  return betterAuth({
    baseURL: url,
    basePath: "/api/auth",
    // the list, not the one: an environment variable of the library's would go before that
    secrets: [{ version: 1, value: given.secret }],
    database: createAccountAdapter(given.database),
    trustedOrigins: [url],
    telemetry: { enabled: false },
    // ours counts, by address and by e-mail
    rateLimit: { enabled: false },
    // what it says may name addresses; its details are left out
    logger: { level: "warn", log: (_level, message) => given.logger.debug({}, `Accounts: ${message}`) },
    onAPIError: { errorURL: `${url}/sign-in` },
    user: { validateUserInfo: async ({ user, source }) => whyNotLetIn({ user, source, store, signUp: given.provider?.signUp, state: await getOAuthState() }) },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      autoSignIn: false,
      minPasswordLength: 1,
      maxPasswordLength: 200,
      password: { hash: hashPassword, verify: verifyPassword },
      resetPasswordTokenExpiresIn: RESET_S,
      revokeSessionsOnPasswordReset: true,
      sendResetPassword: async ({ user, token }) => given.sendReset({ email: user.email, name: user.name, token }),
    },
    verification: { storeIdentifier: "hashed" },
    session: { expiresIn: SESSION_S, updateAge: SLIDE_S, cookieCache: { enabled: false } },
    // linking by e-mail takes the provider's word for the address and an account that has shown to have it
    account: { updateAccountOnSignIn: false, accountLinking: { enabled: true, trustedProviders: [], requireLocalEmailVerified: true } },
    // the provider's tokens are used up by the sign-in: nothing is done there in anybody's name
    databaseHooks: { account: { create: { before: dropTokens }, update: { before: dropTokens } } },
    advanced: {
      // `secure` below says it without the prefix that better-auth would put before the name
      useSecureCookies: false,
      cookiePrefix: cookieName,
      // of all but the session's: the one that remembers a sign-in with the provider comes back from there
      defaultCookieAttributes: { ...cookie, sameSite: "lax" },
      cookies: { session_token: { name: cookieName, attributes: { ...cookie, sameSite: "strict" } } },
      database: { generateId: ({ model }) => (model === "user" ? createId("user") : createSecret()) },
      ipAddress: { ipAddressHeaders: [ADDRESS_HEADER], ipv6Subnet: 128 },
    },
    plugins: given.provider ? [providerPlugin(given.provider, given.logger)] : [],
  });
}

const NO_TOKENS = { accessToken: null, refreshToken: null, idToken: null, accessTokenExpiresAt: null, refreshTokenExpiresAt: null };

async function dropTokens<T extends object>(account: T): Promise<{ data: T & typeof NO_TOKENS }> {
  return { data: { ...account, ...NO_TOKENS } };
}

/** The provider as one of better-auth's own. Its generic one would fetch by itself, past our rules for outgoing calls, and bind no nonce. */
function providerPlugin({ client, issuer, name }: NonNullable<AuthGiven["provider"]>, logger: Logger): BetterAuthPlugin {
  const told = <T>(work: Promise<T>): Promise<T> =>
    work.catch((error: unknown) => {
      logger.warn({ reason: error instanceof Error ? error.message : String(error) }, "Somebody could not sign in with the OpenID Connect provider.");
      throw error;
    });
  const provider: OAuthProvider<{ sub: string }> = {
    id: PROVIDER_ID,
    name,
    issuer,
    requiresIdTokenNonce: true,
    accountSubject: ({ profile }) => profile.sub,
    createAuthorizationURL: (data) => {
      const codeChallenge = createHash("sha256").update(data.codeVerifier).digest("base64url");
      return told(client.authorizationUrl({ state: data.state, nonce: data.idTokenNonce ?? "", codeChallenge, redirectUri: data.redirectURI }));
    },
    validateAuthorizationCode: async (data) => {
      const idToken = await told(client.redeem({ code: data.code, codeVerifier: data.codeVerifier ?? "", redirectUri: data.redirectURI }));
      return { idToken };
    },
    getUserInfo: async ({ idToken = "", expectedIdTokenNonce }) => {
      // absent: the sign-in was begun without one, which nobody of ours does
      if (!expectedIdTokenNonce) return null;
      const claims = await told(client.check(idToken, expectedIdTokenNonce)).catch(() => undefined);
      if (!claims) return null;
      const { sub, email, email_verified: emailVerified = false } = claims;
      const called = claims.name ?? claims.preferred_username ?? email?.split("@")[0] ?? "Somebody";
      return { user: { email: email ?? null, emailVerified, name: called.trim().slice(0, 200) || "Somebody" }, data: { sub } };
    },
  };
  return { id: "heddle-oidc", init: () => ({ context: { socialProviders: [provider] } }) };
}
