import { ApiError } from "../api-error.ts";
import type { AuditLog } from "../audit/audit-log.ts";
import type { Accounts } from "../auth/accounts/accounts.ts";
import type { Actor } from "../auth/actor.ts";
import { hashSecret } from "../auth/secrets.ts";
import * as contract from "../contract/workspaces.ts";
import type { Invitations, Joined } from "../people/invitations.ts";
import type { Members } from "../people/members.ts";
import type { Workspaces } from "../people/workspaces.ts";
import { type Exchange, type Handling, handle } from "./handle.ts";

export interface WorkspaceRoutesGiven {
  workspaces: Workspaces;
  members: Members;
  invitations: Invitations;
  audit: Pick<AuditLog, "record">;
  /** Makes the accounts of those who join without one. */
  accounts: Pick<Accounts, "create">;
}

export function workspaceRoutes(given: WorkspaceRoutesGiven): Handling[] {
  const { workspaces, members, audit } = given;
  return [
    handle(contract.createWorkspace, async ({ body, actor, exchange }) => {
      const made = await workspaces.create(body.name, actor);
      // in the log of what was made, not of where its maker came from
      const fact = { action: "workspace.created", resource: { kind: "workspace", id: made.id, name: made.name } } as const;
      await audit.record(fact, { actor, workspace: made.id, exchange });
      return made;
    }),
    handle(contract.readWorkspace, ({ params, actor }) => workspaces.read(params.id, actor)),
    handle(contract.renameWorkspace, ({ params, body, actor }) => workspaces.rename(params.id, { name: body.name, actor }), {
      audit: (_call, { id, name }) => ({ action: "workspace.renamed", resource: { kind: "workspace", id, name } }),
    }),
    ...memberRoutes(members, audit),
    ...invitationRoutes(given),
  ];
}

/** What the answers do not tell (the role before, who is gone) is recorded here. */
function memberRoutes(members: Members, audit: Pick<AuditLog, "record">): Handling[] {
  return [
    handle(contract.listMembers, ({ query, workspace }) => members.list({ ...query, workspace })),
    handle(contract.changeMember, async ({ params, body, ...call }) => {
      const { member, before } = await members.setRole({ workspace: call.workspace, user: params.user }, body.role);
      await audit.record({ action: "member.role-changed", resource: personOf(member), detail: { before, role: member.role } }, call);
      return member;
    }),
    handle(contract.removeMember, async ({ params, ...call }) => {
      const member = await members.remove({ workspace: call.workspace, user: params.user });
      await audit.record({ action: "member.removed", resource: personOf(member), detail: { role: member.role } }, call);
      return undefined;
    }),
    handle(contract.leaveWorkspace, async ({ params, ...call }) => {
      const member = await members.leave(params.id, call.actor);
      await audit.record({ action: "member.left", resource: personOf(member), detail: { role: member.role } }, call);
      return undefined;
    }),
    handle(contract.listPeople, async ({ query, actor }) => ({ items: await members.search(actor, query.search) })),
  ];
}

function invitationRoutes(given: WorkspaceRoutesGiven): Handling[] {
  const { invitations } = given;
  return [
    handle(contract.listInvitations, ({ query, workspace }) => invitations.list({ ...query, workspace })),
    handle(contract.invite, ({ body, workspace, actor }) => invitations.invite({ ...body, workspace, actor }), {
      audit: (_call, { id, email, role, sent }) => ({
        action: "invitation.made",
        resource: { kind: "invitation", id, name: email ?? "Link" },
        detail: { role, sent },
      }),
    }),
    handle(contract.revokeInvitation, async ({ params, ...call }) => {
      const { id, email, role } = await invitations.revoke({ workspace: call.workspace, id: params.invitation });
      await given.audit.record({ action: "invitation.revoked", resource: { kind: "invitation", id, name: email ?? "Link" }, detail: { role } }, call);
      return undefined;
    }),
    handle(contract.lookAtInvitation, ({ body }) => invitations.look(body.token)),
    handle(contract.acceptInvitation, async ({ body, actor, exchange }) => {
      const { account, token } = body;
      const joined = account ? await joinAsNew(given, { token, account }, { actor, exchange }) : await invitations.accept(token, signedIn(actor));
      await recordJoin(given.audit, { joined, exchange });
      return { workspace: joined.workspace };
    }),
  ];
}

async function joinAsNew(
  { accounts, invitations }: WorkspaceRoutesGiven,
  { token, account }: { token: string; account: { name: string; email: string; password: string } },
  { actor, exchange }: { actor: Actor; exchange: Exchange },
): Promise<Joined> {
  if (actor.kind === "user") throw new ApiError("conflict", `You are signed in as ${actor.email}. Join with that account, or sign out first.`);
  // whoever invited them has the link as well: having it does not show that they read what is sent to the address
  const makeAccount: Parameters<Invitations["acceptAsNew"]>[1]["makeAccount"] = async (also) => {
    const { id, name, email } = await accounts.create({ ...account, isTheirs: false, about: hashSecret(token), also }, exchange);
    return { id, name, email };
  };
  return invitations.acceptAsNew(token, { email: account.email, makeAccount });
}

function signedIn(actor: Actor): Joined["user"] {
  switch (actor.kind) {
    case "user":
      return { id: actor.id, name: actor.name, email: actor.email };
    case "local":
      throw new ApiError("conflict", "The owner of the installation is in every workspace. Sign in with an account to join with it.");
    case "token":
      throw new ApiError("person-required", "API tokens do not join workspaces: sign in as a person, in a browser.");
    case "guest":
    case "anonymous":
      throw new ApiError("unauthenticated", "Sign in to join, or make an account.");
  }
}

/** In the log of the workspace that was joined, by who joined. */
async function recordJoin(audit: Pick<AuditLog, "record">, { joined, exchange }: { joined: Joined; exchange: Exchange }): Promise<void> {
  const { workspace, user, role } = joined;
  if (role === undefined) return;
  const actor: Actor = { kind: "user", ...user, session: "", person: true };
  await audit.record({ action: "member.joined", resource: personOf(user), detail: { role } }, { actor, workspace, exchange });
}

function personOf({ id, name }: { id: string; name: string }): { kind: string; id: string; name: string } {
  return { kind: "person", id, name };
}
