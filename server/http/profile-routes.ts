import { ApiError } from "../api-error.ts";
import type { AuditFact } from "../audit/audit-log.ts";
import type { Accounts, UserActor } from "../auth/accounts/accounts.ts";
import type { Actor } from "../auth/actor.ts";
import type { AuditAction } from "../contract/audit.ts";
import * as contract from "../contract/session.ts";
import { type Handling, handle } from "./handle.ts";

/** What people do with their own account. */
export function profileRoutes({ accounts }: { accounts: Accounts }): Handling[] {
  return [
    handle(contract.readProfile, ({ actor }) => accounts.profile(requireAccount(actor))),
    handle(contract.changeProfile, async ({ actor, body }) => {
      await accounts.rename(requireAccount(actor), body.name);
      return undefined;
    }),
    handle(
      contract.changePassword,
      async ({ actor, body, exchange }) => {
        await accounts.changePassword(requireAccount(actor), body, exchange);
        return undefined;
      },
      { audit: ({ actor }) => factOf("password.changed", actor) },
    ),
    handle(contract.listSessions, async ({ actor }) => ({ items: await accounts.sessions(requireAccount(actor)) })),
    handle(
      contract.endSession,
      async ({ actor, params }) => {
        await accounts.endSession(requireAccount(actor), params.session);
        return undefined;
      },
      { audit: ({ actor }) => factOf("session.signed-out", actor) },
    ),
    handle(
      contract.endOtherSessions,
      async ({ actor, exchange }) => {
        await accounts.endAllSessions(requireAccount(actor), exchange);
        return undefined;
      },
      { audit: ({ actor }) => factOf("session.ended-everywhere", actor) },
    ),
  ];
}

function factOf(action: AuditAction, { id, name }: Actor): AuditFact {
  return { action, resource: { kind: "user", id, name } };
}

function requireAccount(actor: Actor): UserActor {
  if (actor.kind === "user") return actor;
  throw new ApiError(
    "conflict",
    "Only somebody who signed in with an account has a profile. This request came without one, or with the token of the data directory.",
  );
}
