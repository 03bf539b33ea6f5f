import { createId, workspaceIdSchema } from "#runtime/graph/ids.ts";
import { ApiError } from "../api-error.ts";
import type { AccessFacts } from "../auth/access.ts";
import type { AccessChanges } from "../auth/access-changes.ts";
import type { Actor } from "../auth/actor.ts";
import type { Role } from "../contract/access.ts";
import type { Membership } from "../contract/session.ts";
import type { Workspace } from "../contract/workspaces.ts";
import type { WorkspaceRow, WorkspaceStore } from "../store/workspaces.ts";
import { createDailyCaps, type DailyCaps } from "./daily-caps.ts";

export interface Workspaces {
  /** Owned by who makes it. */
  create(name: string, actor: Actor): Promise<Workspace>;
  /** As the actor sees it. Throws `ApiError("not-found")`. */
  read(id: string, actor: Actor): Promise<Workspace>;
  rename(id: string, given: { name: string; actor: Actor }): Promise<Workspace>;
  /** Those an actor is in: the first is the one of requests that name none. */
  of(actor: Actor): Promise<Membership[]>;
}

export interface WorkspacesGiven {
  store: WorkspaceStore;
  changes: Pick<AccessChanges, "changed">;
  facts: Pick<AccessFacts, "standing">;
  caps?: DailyCaps;
}

export function createWorkspaces({ store, changes, facts, caps = createDailyCaps() }: WorkspacesGiven): Workspaces {
  const show = async (row: WorkspaceRow | undefined, { id, actor }: { id: string; actor: Actor }): Promise<Workspace> => {
    const { role } = await facts.standing(actor, { workspace: id });
    if (!row || !role) throw new ApiError("not-found", `There is no workspace ${id} that you may see.`);
    return toWorkspace(row, role);
  };
  return {
    create: async (name, actor) => {
      const owner = actor.kind === "user" ? actor.id : undefined;
      await caps.take("workspace", actor);
      const isFirst = owner !== undefined && (await store.ofUser(owner)).length === 0;
      const row = await store.create({ id: createId("workspace"), name, owner });
      // nobody has asked about this one yet: all that may be remembered is that its owner is in none
      if (isFirst) await changes.changed();
      return toWorkspace(row, "owner");
    },
    read: async (id, actor) => show(await store.read(id), { id, actor }),
    rename: async (id, { name, actor }) => show(await store.rename(id, name), { id, actor }),
    of: async (actor) => {
      switch (actor.kind) {
        case "local":
          return (await store.all()).map(({ id, name }) => ({ id: workspaceIdSchema.parse(id), name, role: "owner" }));
        case "user":
          return (await store.ofUser(actor.id)).map(({ id, ...rest }) => ({ id: workspaceIdSchema.parse(id), ...rest }));
        case "token": {
          const { role } = await facts.standing(actor, { workspace: actor.workspace });
          const row = await store.read(actor.workspace);
          return row && role ? [{ id: workspaceIdSchema.parse(row.id), name: row.name, role }] : [];
        }
        case "guest":
        case "anonymous":
          return [];
      }
    },
  };
}

function toWorkspace({ id, name, members, createdAt }: WorkspaceRow, role: Role): Workspace {
  return { id: workspaceIdSchema.parse(id), name, role, members, createdAt: createdAt.toISOString() };
}
