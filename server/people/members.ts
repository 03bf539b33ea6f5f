import { type UserId, userIdSchema } from "#runtime/graph/ids.ts";
import { ApiError } from "../api-error.ts";
import type { AccessChanges } from "../auth/access-changes.ts";
import type { Actor } from "../auth/actor.ts";
import type { Role } from "../contract/access.ts";
import type { Member } from "../contract/workspaces.ts";
import type { MemberChange, MemberQuery, MemberRow, MemberStore } from "../store/members.ts";
import type { PeopleStore } from "../store/people.ts";
import type { WorkspaceStore } from "../store/workspaces.ts";

/** People one is offered at once. */
const OFFERED = 50;

export interface Members {
  list(query: MemberQuery): Promise<{ items: Member[]; nextCursor?: string }>;
  /** A workspace keeps at least one owner: throws `ApiError("conflict")`, for nobody `not-found`. */
  setRole(member: { workspace: string; user: string }, role: Role): Promise<{ member: Member; before: Role }>;
  /** Their tokens and shares in the workspace end with it. Throws as `setRole` does; answers who it was. */
  remove(member: { workspace: string; user: string }): Promise<Member>;
  /** Like `remove`, by oneself. */
  leave(workspace: string, actor: Actor): Promise<Member>;
  /** By name or address, in the workspaces that the actor is in. */
  search(actor: Actor, search: string | undefined): Promise<{ id: UserId; name: string; email: string }[]>;
}

export interface MembersGiven {
  store: MemberStore;
  people: PeopleStore;
  workspaces: Pick<WorkspaceStore, "ofUser">;
  changes: Pick<AccessChanges, "changed">;
}

export function createMembers({ store, people, workspaces, changes }: MembersGiven): Members {
  const settle = async (change: MemberChange): Promise<MemberRow> => {
    if (change.type === "absent") throw new ApiError("not-found", "This person is not in the workspace.");
    if (change.type === "last-owner")
      throw new ApiError("conflict", "A workspace keeps at least one owner, and this is its last. Make somebody else an owner first.", {
        state: "last-owner",
      });
    await changes.changed();
    return change.before;
  };
  const remove = async (member: { workspace: string; user: string }) => toMember(await settle(await store.remove(member)));
  return {
    list: async (query) => {
      const { items, ...rest } = await store.list(query);
      return { items: items.map(toMember), ...rest };
    },
    setRole: async (member, role) => {
      const before = await settle(await store.setRole(member, role));
      return { member: toMember({ ...before, role }), before: before.role };
    },
    remove,
    leave: async (workspace, actor) => {
      if (actor.kind === "user") return remove({ workspace, user: actor.id });
      throw new ApiError("conflict", "The owner of the installation is in every workspace: sign in with an account to leave one.");
    },
    search: async (actor, search) => {
      const there = await whereIs(actor, workspaces);
      const found = await people.search({ workspaces: there, search, limit: OFFERED });
      return found.map(({ id, name, email }) => ({ id: userIdSchema.parse(id), name, email }));
    },
  };
}

async function whereIs(actor: Actor, workspaces: Pick<WorkspaceStore, "ofUser">): Promise<readonly string[] | "all"> {
  switch (actor.kind) {
    case "local":
      return "all";
    case "user":
      return (await workspaces.ofUser(actor.id)).map(({ id }) => id);
    case "token":
      return [actor.workspace];
    case "guest":
    case "anonymous":
      return [];
  }
}

function toMember({ id, name, email, role, joinedAt }: MemberRow): Member {
  return { id: userIdSchema.parse(id), name, email, role, joinedAt: joinedAt.toISOString() };
}
