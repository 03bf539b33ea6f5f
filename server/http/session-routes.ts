import { ApiError } from "../api-error.ts";
import type { AuditFact, AuditLog } from "../audit/audit-log.ts";
import type { AccessFacts } from "../auth/access.ts";
import type { Accounts, UserActor } from "../auth/accounts/accounts.ts";
import type { OwnerLink } from "../auth/accounts/owner-link.ts";
import { type Actor, ANONYMOUS } from "../auth/actor.ts";
import { readCookie, sessionCookie } from "../auth/cookies.ts";
import { may } from "../auth/may.ts";
import type { Modes } from "../auth/mode.ts";
import type { Sessions } from "../auth/sessions.ts";
import { ACTIONS } from "../contract/access.ts";
import * as contract from "../contract/session.ts";
import type { Limits } from "./guards.ts";
import { type Exchange, type Handling, handle } from "./handle.ts";
import { profileRoutes } from "./profile-routes.ts";

export interface SessionRoutesGiven {
  modes: Pick<Modes, "mode" | "switchToTeam">;
  accounts: Accounts;
  /** Of single-user mode. */
  sessions: Sessions;
  cookieName: string;
  isSecure: boolean;
  ownerLink: OwnerLink;
  /** Counts wrong tokens of the owner link. */
  guesses: Limits["guesses"];
  facts: Pick<AccessFacts, "standing">;
  /** The workspaces somebody is in, with their role: all, as owner, for the user of single-user mode and for the token file. */
  membershipsOf(actor: Actor): Promise<contract.Membership[]>;
  audit: Pick<AuditLog, "record">;
  version: string;
  /** The OpenID Connect provider's name. */
  provider: string | null;
  /** Whether there is a mail server. */
  mail: boolean;
}

/** What concerns the whole installation is written down with its first workspace. */
const WORKSPACE = "workspace_default";

export function sessionRoutes(given: SessionRoutesGiven): Handling[] {
  const { modes, accounts } = given;
  return [
    handle(contract.readSession, async ({ actor, workspace, exchange }) => {
      if (actor.kind === "user") await accounts.refresh(exchange);
      return describe(given, actor, workspace);
    }),
    ...signingRoutes(given),
    handle(contract.askForReset, async ({ body, exchange }) => {
      requireTeam(modes);
      await accounts.askForReset(body.email, exchange);
      return { mail: given.mail };
    }),
    handle(contract.resetPassword, async ({ body, exchange }) => {
      requireTeam(modes);
      const user = await accounts.resetPassword(body, exchange);
      // nobody is signed in: whoever has the link is taken for its addressee
      await given.audit.record(
        { action: "password.reset", resource: { kind: "user", ...named(user) } },
        { ...{ actor: ANONYMOUS, workspace: WORKSPACE }, exchange },
      );
      return undefined;
    }),
    ...profileRoutes(given),
    handle(
      contract.switchToTeam,
      async () => {
        await modes.switchToTeam();
        return { ownerUrl: await given.ownerLink.offer() };
      },
      { audit: () => ({ action: "installation.team", resource: { kind: "installation", id: WORKSPACE, name: "Heddle" } }) },
    ),
  ];
}

function signingRoutes(given: SessionRoutesGiven): Handling[] {
  const { modes, accounts, audit, sessions, cookieName, isSecure } = given;
  const record = (fact: AuditFact, actor: Actor, exchange: Exchange) => audit.record(fact, { actor, workspace: WORKSPACE, exchange });
  const signedIn = (user: UserActor, exchange: Exchange) => record({ action: "session.signed-in", resource: { kind: "user", ...named(user) } }, user, exchange);
  return [
    handle(contract.signIn, async ({ body, exchange }) => {
      requireTeam(modes);
      const user = await accounts.signIn(body, exchange).catch(async (error: unknown) => {
        // of those that were not even tried, the log would only grow
        if (error instanceof ApiError && error.code === "unauthenticated")
          await record({ action: "session.refused", resource: { kind: "address", id: body.email, name: body.email } }, ANONYMOUS, exchange);
        throw error;
      });
      await signedIn(user, exchange);
      return named(user);
    }),
    handle(contract.signOut, async ({ actor, exchange }) => {
      if (actor.kind === "user") {
        await accounts.signOut(exchange);
        await record({ action: "session.signed-out", resource: { kind: "user", ...named(actor) } }, actor, exchange);
        return undefined;
      }
      const secret = readCookie(exchange.request, cookieName);
      if (secret !== undefined && modes.mode() === "single-user") await sessions.end(secret);
      exchange.response.setHeader("set-cookie", sessionCookie(cookieName, { value: "", seconds: 0, isSecure }));
      return undefined;
    }),
    handle(contract.signInWithProvider, async ({ body, exchange }) => {
      requireTeam(modes);
      return { url: await accounts.providerUrl(body, exchange) };
    }),
    handle(contract.createOwner, async ({ body: { token, ...account }, exchange }) => {
      requireTeam(modes);
      await given.guesses.check(exchange.request);
      const user = await given.ownerLink
        .take(token, () => accounts.createOwner(account, exchange))
        .catch(async (error: unknown) => {
          await given.guesses.failed(exchange.request);
          throw error;
        });
      await signedIn(user, exchange);
      return named(user);
    }),
  ];
}

/** Who calls, and what they may do where they are. */
async function describe(given: SessionRoutesGiven, actor: Actor, workspace: string) {
  const { modes, accounts, facts } = given;
  const mode = modes.mode();
  const [workspaces, standing, hasUsers] = await Promise.all([
    given.membershipsOf(actor),
    facts.standing(actor, { workspace }),
    mode === "single-user" ? true : accounts.hasUsers(),
  ]);
  const isTeam = mode === "team";
  return {
    ...{ mode, version: given.version, caller: callerOf(actor), actor: actor.id, person: actor.person },
    ...{ workspace: workspaces.find(({ id }) => id === workspace) ?? null, workspaces },
    actions: ACTIONS.filter((action) => may(actor, action, { workspace, standing, mode }).allowed),
    needsOwner: !hasUsers,
    signIn: { password: isTeam, provider: isTeam ? given.provider : null, mail: given.mail },
  };
}

function callerOf(actor: Actor): contract.Caller {
  const { id, name } = actor;
  if (actor.kind === "user") return { kind: "user", id: actor.id, name, email: actor.email };
  if (actor.kind === "token") return { kind: "token", id: actor.id, name, token: actor.token };
  return { kind: actor.kind, id, name };
}

function requireTeam(modes: Pick<Modes, "mode">): void {
  if (modes.mode() === "team") return;
  throw new ApiError("conflict", "This Heddle has one user and no accounts. Switch it to team mode first: npm run team.");
}

function named<Id extends string>({ id, name }: { id: Id; name: string }): { id: Id; name: string } {
  return { id, name };
}
