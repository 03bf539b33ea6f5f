import { z } from "zod";
import { userIdSchema, workspaceIdSchema } from "#runtime/graph/ids.ts";
import { ACTIONS, roleSchema } from "./access.ts";
import { emptySchema, listOf, nameSchema, timeSchema } from "./common.ts";
import { defineRoute } from "./route.ts";

export const emailSchema = z
  .email({ error: "This is no e-mail address." })
  .max(254)
  .transform((text) => text.toLowerCase());
/** Long enough not to be guessed; nothing is asked of its characters (NIST SP 800-63B). */
export const passwordSchema = z.string().min(10, { error: "A password has at least 10 characters." }).max(200);
/** What a link carries: 256 random bits as base64url, or an address with its proof. */
export const linkTokenSchema = z.string().min(20).max(400);

export const modeSchema = z.enum(["single-user", "team"]);
export type Mode = z.infer<typeof modeSchema>;

/** A workspace as one who is in it sees it. */
const membershipSchema = z.strictObject({ id: workspaceIdSchema, name: z.string(), role: roleSchema });
export type Membership = z.infer<typeof membershipSchema>;

const callerSchema = z.discriminatedUnion("kind", [
  /** The user of single-user mode, or whoever sends the token file. */
  z.strictObject({ kind: z.literal("local"), id: z.string(), name: z.string() }),
  z.strictObject({ kind: z.literal("user"), id: userIdSchema, name: z.string(), email: z.string() }),
  z.strictObject({ kind: z.literal("token"), id: z.string(), name: z.string(), token: z.string() }),
  /** Somebody who opened a link to one document without an account. */
  z.strictObject({ kind: z.literal("guest"), id: z.string(), name: z.string() }),
  z.strictObject({ kind: z.literal("anonymous"), id: z.string(), name: z.string() }),
]);
export type Caller = z.infer<typeof callerSchema>;

export const sessionSchema = z.strictObject({
  mode: modeSchema,
  version: z.string(),
  caller: callerSchema,
  /** The caller's id, as it stands in `createdBy`, `decidedBy` and the like. */
  actor: z.string(),
  /** Whether the caller proved to be a person. */
  person: z.boolean(),
  /** The one that requests without a resource are about; null for who is in none. */
  workspace: membershipSchema.nullable(),
  workspaces: z.array(membershipSchema),
  /** What the caller may do in `workspace`, so that the canvas shows the rest as not allowed. */
  actions: z.array(z.enum(ACTIONS)),
  /** Team mode without anybody in it: the printed link makes the first owner. */
  needsOwner: z.boolean(),
  signIn: z.strictObject({
    password: z.boolean(),
    /** The OpenID Connect provider's name, as the button shows it. */
    provider: z.string().nullable(),
    /** Whether links (reset, invitation) are sent by e-mail; otherwise they are printed to the log, or copied. */
    mail: z.boolean(),
  }),
});
export type Session = z.infer<typeof sessionSchema>;

export const readSession = defineRoute({
  id: "readSession",
  method: "GET",
  path: "/api/session",
  summary: "Who is calling, in which workspace, and what they may do",
  action: "session.read",
  params: emptySchema,
  query: emptySchema,
  status: 200,
  answer: sessionSchema,
});
export const signIn = defineRoute({
  id: "signIn",
  method: "POST",
  path: "/api/session",
  summary: "Sign in with e-mail and password; the answer sets the session cookie",
  action: "session.open",
  params: emptySchema,
  query: emptySchema,
  body: z.strictObject({ email: emailSchema, password: z.string().min(1).max(200) }),
  status: 201,
  answer: z.strictObject({ id: userIdSchema, name: z.string() }),
});
export const signOut = defineRoute({
  id: "signOut",
  method: "DELETE",
  path: "/api/session",
  summary: "Sign out in this browser",
  action: "session.open",
  params: emptySchema,
  query: emptySchema,
  status: 204,
  answer: z.undefined(),
});
export const signInWithProvider = defineRoute({
  id: "signInWithProvider",
  method: "POST",
  path: "/api/session/provider",
  summary: "Where to go to sign in with the OpenID Connect provider",
  action: "session.open",
  params: emptySchema,
  query: emptySchema,
  /** `returnTo`: a path of the canvas. `invitation`: the token of the invitation that lets a new person in. */
  body: z.strictObject({ returnTo: z.string().startsWith("/").max(500).default("/"), invitation: linkTokenSchema.optional() }),
  status: 200,
  answer: z.strictObject({ url: z.url() }),
});
/**
 * Why the provider's word let nobody in: `refused` in the address of the sign-in page, to which the browser comes back. `unverified`: the
 * provider does not vouch for the address. `not-invited`: only who was invited gets an account. `no-owner`: the first account is made with the
 * printed link. `not-linked`: the address has an account that signs in by password, and nobody has shown that it is theirs (a reset by a link
 * shows it). `expired`: it took longer than ten minutes, or was begun in another browser.
 */
export const PROVIDER_REFUSALS = ["unverified", "not-invited", "no-owner", "not-linked", "cancelled", "expired", "failed"] as const;
export type ProviderRefusal = (typeof PROVIDER_REFUSALS)[number];
export const createOwner = defineRoute({
  id: "createOwner",
  method: "POST",
  path: "/api/owner",
  summary: "Make the first owner, with the one-time token of the printed link; signs in",
  action: "session.open",
  params: emptySchema,
  query: emptySchema,
  body: z.strictObject({ token: linkTokenSchema, name: nameSchema, email: emailSchema, password: passwordSchema }),
  status: 201,
  answer: z.strictObject({ id: userIdSchema, name: z.string() }),
});
export const askForReset = defineRoute({
  id: "askForReset",
  method: "POST",
  path: "/api/password/forgotten",
  summary: "Send a link that sets a new password; answers alike for addresses that nobody has",
  action: "session.open",
  params: emptySchema,
  query: emptySchema,
  body: z.strictObject({ email: emailSchema }),
  status: 202,
  answer: z.strictObject({ mail: z.boolean() }),
});
export const resetPassword = defineRoute({
  id: "resetPassword",
  method: "POST",
  path: "/api/password/reset",
  summary: "Set a new password with the token of a link; ends all sessions",
  action: "session.open",
  params: emptySchema,
  query: emptySchema,
  body: z.strictObject({ token: linkTokenSchema, password: passwordSchema }),
  status: 204,
  answer: z.undefined(),
});
export const readProfile = defineRoute({
  id: "readProfile",
  method: "GET",
  path: "/api/profile",
  summary: "One's own account",
  action: "profile.manage",
  params: emptySchema,
  query: emptySchema,
  status: 200,
  answer: z.strictObject({ id: userIdSchema, name: z.string(), email: z.string(), hasPassword: z.boolean(), createdAt: timeSchema }),
});
export const changeProfile = defineRoute({
  id: "changeProfile",
  method: "PATCH",
  path: "/api/profile",
  summary: "Change one's name",
  action: "profile.manage",
  params: emptySchema,
  query: emptySchema,
  body: z.strictObject({ name: nameSchema }),
  status: 204,
  answer: z.undefined(),
});
export const changePassword = defineRoute({
  id: "changePassword",
  method: "POST",
  path: "/api/profile/password",
  summary: "Change one's password; ends all other sessions",
  action: "profile.manage",
  params: emptySchema,
  query: emptySchema,
  body: z.strictObject({ current: z.string().max(200), password: passwordSchema }),
  status: 204,
  answer: z.undefined(),
});

const openSessionSchema = z.strictObject({
  id: z.string(),
  /** The session of this very request. */
  current: z.boolean(),
  /** What the browser calls itself, shortened. */
  browser: z.string(),
  address: z.string(),
  createdAt: timeSchema,
  lastUsedAt: timeSchema,
});
export type OpenSession = z.infer<typeof openSessionSchema>;
export const listSessions = defineRoute({
  id: "listSessions",
  method: "GET",
  path: "/api/profile/sessions",
  summary: "Where one is signed in",
  action: "profile.manage",
  params: emptySchema,
  query: emptySchema,
  status: 200,
  answer: listOf(openSessionSchema),
});
export const endSession = defineRoute({
  id: "endSession",
  method: "DELETE",
  path: "/api/profile/sessions/:session",
  summary: "Sign out in another browser",
  action: "profile.manage",
  params: z.strictObject({ session: z.string().min(1).max(200) }),
  query: emptySchema,
  status: 204,
  answer: z.undefined(),
});
export const endOtherSessions = defineRoute({
  id: "endOtherSessions",
  method: "DELETE",
  path: "/api/profile/sessions",
  summary: "Sign out everywhere, this browser included",
  action: "profile.manage",
  params: emptySchema,
  query: emptySchema,
  status: 204,
  answer: z.undefined(),
});
export const switchToTeam = defineRoute({
  id: "switchToTeam",
  method: "POST",
  path: "/api/installation/team",
  summary: "Switch from single-user to team mode; answers the link that makes the first owner",
  action: "installation.manage",
  params: emptySchema,
  query: emptySchema,
  status: 200,
  answer: z.strictObject({ ownerUrl: z.url().nullable() }),
});
