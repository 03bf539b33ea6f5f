import { createId, invitationIdSchema, type UserId, type WorkspaceId, workspaceIdSchema } from "#runtime/graph/ids.ts";
import { ApiError } from "../api-error.ts";
import type { AccessChanges } from "../auth/access-changes.ts";
import type { Actor } from "../auth/actor.ts";
import { createSecret, hashSecret } from "../auth/secrets.ts";
import type { Role } from "../contract/access.ts";
import type { Mode } from "../contract/session.ts";
import type { Invitation } from "../contract/workspaces.ts";
import type { Tx } from "../store/database/open-database.ts";
import type { InvitationQuery, InvitationRow, InvitationStore } from "../store/invitations.ts";
import type { PeopleStore } from "../store/people.ts";
import { createDailyCaps, type DailyCaps } from "./daily-caps.ts";
import { invitationMail } from "./invitation-mail.ts";

const LIFETIME_MS = 7 * 24 * 3_600_000;

/** What an invitation's link tells whoever has it. */
export interface InvitationLook {
  workspace: string;
  role: Role;
  email: string | null;
  invitedBy: string;
  /** Whether the address it is for has an account already. */
  hasAccount: boolean;
}

/** What came of an invitation. */
export interface Joined {
  workspace: WorkspaceId;
  user: { id: UserId; name: string; email: string };
  /** The role they have by it; undefined when they had it before, and the invitation is still open. */
  role: Role | undefined;
}

export interface Invitations {
  list(query: InvitationQuery): Promise<{ items: Invitation[]; nextCursor?: string }>;
  /** `url` is shown this once; `sent`: it went out by mail as well. */
  invite(given: { workspace: string; email: string | null; role: Role; actor: Actor }): Promise<Invitation & { url: string; sent: boolean }>;
  /** Throws `ApiError("not-found")` when there is no open one. */
  revoke(given: { workspace: string; id: string }): Promise<Invitation>;
  /** Throws `ApiError("gone")` for a link that is over, or none. */
  look(token: string): Promise<InvitationLook>;
  /** Somebody with an account joins. Throws `gone`, and `forbidden` when it is for another address. */
  accept(token: string, user: Joined["user"]): Promise<Joined>;
  /**
   * Somebody without an account joins: `makeAccount` makes it, and calls `also` in the same transaction. Of those who try at once one gets an
   * account; when it cannot be made the invitation stays open.
   */
  acceptAsNew(token: string, given: { email: string; makeAccount(also: JoinAlso): Promise<Joined["user"]> }): Promise<Joined>;
}

type JoinAlso = (tx: Tx, user: string) => Promise<void>;

export interface InvitationsGiven {
  store: InvitationStore;
  people: Pick<PeopleStore, "byEmail">;
  workspaceName(id: string): Promise<string>;
  changes: Pick<AccessChanges, "changed">;
  /** Where browsers reach Heddle. */
  origin: string;
  mail: { send(message: { to: string; subject: string; text: string }): Promise<boolean> };
  mode(): Mode;
  caps?: DailyCaps;
}

export function createInvitations(given: InvitationsGiven): Invitations {
  const { store, people, changes, caps = createDailyCaps() } = given;
  const find = async (token: string) => {
    const found = await store.find(hashSecret(token));
    if (found?.state !== "open") throw over(found?.state);
    return found;
  };
  const settle = async (row: InvitationRow, { user, role }: Pick<Joined, "user" | "role">): Promise<Joined> => {
    if (role !== undefined) await changes.changed();
    return { workspace: workspaceIdSchema.parse(row.workspaceId), user, role };
  };
  return {
    list: async (query) => {
      const { items, ...rest } = await store.list(query);
      return { items: items.map(toInvitation), ...rest };
    },
    invite: async ({ workspace, email, role, actor }) => {
      if (given.mode() !== "team") throw new ApiError("conflict", "Nobody else can sign in yet: switch to team mode first.", { state: "single-user" });
      if (email !== null) await caps.take("invitation by mail", actor);
      await caps.take("invitation", actor);
      const token = createSecret();
      const url = `${given.origin}/invitation/${token}`;
      const row = await store.create({
        ...{ id: createId("invite"), workspace, email, role, actor: actor.id },
        ...{ tokenHash: hashSecret(token), expiresAt: new Date(Date.now() + LIFETIME_MS) },
      });
      const sent =
        email !== null && (await given.mail.send(invitationMail({ to: email, from: actor.name, workspace: await given.workspaceName(workspace), url })));
      return { ...toInvitation(row), url, sent };
    },
    revoke: async (which) => {
      const revoked = await store.revoke(which);
      if (!revoked) throw new ApiError("not-found", "There is no open invitation with this id: it was accepted, taken back, or has expired.");
      return toInvitation(revoked);
    },
    look: async (token) => {
      const { workspaceName: workspace, role, email, invitedBy } = await find(token);
      const hasAccount = email !== null && (await people.byEmail(email)) !== undefined;
      return { workspace, role, email, invitedBy: invitedBy ?? "The owner of this Heddle", hasAccount };
    },
    accept: async (token, user) => {
      const found = await find(token);
      requireAddress(found, user.email);
      const joining = await store.accept(found.id, user.id);
      if (joining.type === "over") throw over("accepted");
      return settle(found, { user, role: joining.type === "joined" ? found.role : undefined });
    },
    acceptAsNew: async (token, { email, makeAccount }) => {
      const found = await find(token);
      requireAddress(found, email);
      const user = await makeAccount(async (tx, id) => {
        const joining = await store.accept(found.id, id, tx);
        if (joining.type !== "joined") throw over("accepted");
      });
      return settle(found, { user, role: found.role });
    },
  };
}

/** Whoever gets hold of the link of somebody else's invitation cannot use it. */
function requireAddress({ email }: InvitationRow, address: string): void {
  if (email === null || email === address.toLowerCase()) return;
  throw new ApiError("forbidden", `This invitation is for ${email}. Sign in with that address, or make an account for it.`);
}

function over(state: InvitationRow["state"] | undefined): ApiError {
  const why = { accepted: "was used already", revoked: "was taken back", expired: "has expired", open: "is over" };
  return new ApiError("gone", `This invitation ${state ? why[state] : "does not exist"}. Ask for a new one.`);
}

function toInvitation({ id, email, role, state, createdAt, createdBy, expiresAt }: InvitationRow): Invitation {
  return { id: invitationIdSchema.parse(id), email, role, state, createdAt: createdAt.toISOString(), createdBy, expiresAt: expiresAt.toISOString() };
}
