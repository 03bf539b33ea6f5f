import { createId, type GraphId, graphIdSchema, shareIdSchema, userIdSchema } from "#runtime/graph/ids.ts";
import { ApiError } from "../api-error.ts";
import type { AccessFacts } from "../auth/access.ts";
import type { AccessChanges } from "../auth/access-changes.ts";
import type { Actor } from "../auth/actor.ts";
import { createSecret } from "../auth/secrets.ts";
import { POLICIES, type ShareLevel } from "../contract/access.ts";
import type { Mode } from "../contract/session.ts";
import type { Share } from "../contract/sharing.ts";
import type { DocumentStore } from "../store/documents.ts";
import type { PeopleStore } from "../store/people.ts";
import type { ShareRow, ShareStore } from "../store/shares.ts";
import type { Guest, ShareProof } from "./share-proof.ts";

/** One graph, in its workspace. */
interface Place {
  workspace: string;
  graph: string;
}

export interface SharedGraph {
  id: GraphId;
  name: string;
  level: ShareLevel;
  workspace: string;
  updatedAt: string;
}

/** What opening a link came to. `guest`: to be kept in a cookie, for who is not signed in. `isNew`: opened for the first time by somebody. */
export interface OpenedLink {
  graph: GraphId;
  name: string;
  level: ShareLevel;
  workspace: string;
  guest: Guest | undefined;
  isNew: boolean;
}

/** A share as it is now, or was at its end. */
export interface ShareOfGraph {
  share: Share;
  graphName: string;
}

/** What is about one graph throws `ApiError("not-found")` when there is no such graph, or no such share. */
export interface Shares {
  list(place: Place): Promise<Share[]>;
  /**
   * With somebody the actor may name by their address (else `ApiError("unprocessable")`, alike whether there is such an account), or by a link;
   * what is shared so already is changed.
   */
  share(place: Place, given: { level: ShareLevel; actor: Actor } & ({ kind: "person"; email: string } | { kind: "link" })): Promise<ShareOfGraph>;
  /** Throws `conflict` when the graph has another link of that level. */
  setLevel(place: Place, given: { id: string; level: ShareLevel }): Promise<ShareOfGraph & { before: ShareLevel }>;
  /** Open sockets close within two seconds. */
  end(place: Place, id: string): Promise<ShareOfGraph>;
  /** Throws `ApiError("gone")` for a link that is over, or none. */
  open(token: string, actor: Actor): Promise<OpenedLink>;
  /** Graphs of workspaces that the actor is not in. */
  sharedWith(actor: Actor): Promise<SharedGraph[]>;
}

export interface SharesGiven {
  store: ShareStore;
  graphs: Pick<DocumentStore, "read">;
  people: Pick<PeopleStore, "knownTo">;
  changes: Pick<AccessChanges, "changed">;
  facts: Pick<AccessFacts, "standing">;
  proof: ShareProof;
  /** Where browsers reach Heddle. */
  origin: string;
  mode(): Mode;
}

export function createShares(given: SharesGiven): Shares {
  const { store, changes, proof } = given;
  const show = (row: ShareRow): Share => toShare(row, `${given.origin}/shared/${proof.token(row.id)}`);
  const find = async (place: Place, id: string): Promise<ShareRow> => {
    const row = await store.read(documentOf(place), id);
    if (!row) throw new ApiError("not-found", "The graph is not shared like this (any more).");
    return row;
  };
  const nameOf = async ({ workspace, graph }: Place): Promise<string> => {
    const row = await given.graphs.read(graph);
    if (!row || row.workspaceId !== workspace || row.archivedAt) throw new ApiError("not-found", `There is no graph ${graph}.`);
    return row.name;
  };
  return {
    list: async (place) => {
      await nameOf(place);
      return (await store.list(documentOf(place))).map(show);
    },
    share: async (place, { level, actor, ...request }) => {
      const graphName = await nameOf(place);
      const common = { id: createId("share"), level, actor: actor.id };
      const row =
        request.kind === "link"
          ? await store.link(documentOf(place), common)
          : await store.shareWith(documentOf(place), { ...common, user: await accountOf(given, { email: request.email, actor }) });
      await changes.changed();
      return { share: show(row), graphName };
    },
    setLevel: async (place, { id, level }) => {
      const graphName = await nameOf(place);
      const { level: before } = await find(place, id);
      const changed = await store.setLevel(documentOf(place), { id, level });
      if (changed === "taken") throw new ApiError("conflict", `There is a link to ${level} already. End this one, and use that.`);
      await changes.changed();
      return { share: show(changed ?? (await find(place, id))), before, graphName };
    },
    end: async (place, id) => {
      const graphName = await nameOf(place);
      const row = await find(place, id);
      await store.end(documentOf(place), id);
      await changes.changed();
      return { share: show(row), graphName };
    },
    open: (token, actor) => open(given, token, actor),
    sharedWith: async (actor) => {
      if (actor.kind !== "user") return [];
      const rows = await store.sharedWith(actor.id);
      return rows.map(({ id, updatedAt, ...row }) => ({ ...row, id: graphIdSchema.parse(id), updatedAt: updatedAt.toISOString() }));
    },
  };
}

async function open({ store, changes, facts, proof }: SharesGiven, token: string, actor: Actor): Promise<OpenedLink> {
  const share = proof.shareOf(token);
  const link = share && (await store.readLink(share));
  if (!share || !link) throw new ApiError("gone", "This link opens nothing any more. Ask for a new one.");
  const opened = { graph: graphIdSchema.parse(link.document), name: link.name, workspace: link.workspace };
  switch (actor.kind) {
    case "local":
      return { ...opened, level: "edit", guest: undefined, isNew: false };
    case "token":
      throw new ApiError("person-required", "API tokens do not open links: sign in as a person, in a browser.");
    case "user": {
      const isNew = await store.open({ share, user: actor.id, workspace: link.workspace });
      if (isNew) await changes.changed();
      const { role, share: level = link.level } = await facts.standing(actor, link);
      const mayEdit = role !== undefined && POLICIES["graph.edit"].who === "members" && POLICIES["graph.edit"].roles.includes(role);
      return { ...opened, level: mayEdit ? "edit" : level, guest: undefined, isNew };
    }
    case "guest":
    case "anonymous": {
      const id = actor.kind === "guest" ? actor.id : `guest_${createSecret().slice(0, 22)}`;
      return { ...opened, level: "view", guest: { share, id }, isNew: actor.kind === "anonymous" || actor.share !== share };
    }
  }
}

async function accountOf({ people, mode }: SharesGiven, { email, actor }: { email: string; actor: Actor }): Promise<string> {
  const person = await people.knownTo(actor.id, email);
  if (person) return person.id;
  if (mode() !== "team") throw new ApiError("conflict", "Nobody else can sign in yet: switch to team mode first.", { state: "single-user" });
  throw new ApiError("unprocessable", `Nobody you work with has the address ${email}. Ask an owner to invite them to this workspace, or share a link.`);
}

function documentOf({ workspace, graph }: Place): { workspace: string; document: string } {
  return { workspace, document: graph };
}

function toShare(row: ShareRow, url: string): Share {
  const base = { id: shareIdSchema.parse(row.id), level: row.level, createdAt: row.createdAt.toISOString(), createdBy: row.createdBy };
  if (row.kind === "link") return { ...base, kind: "link", url };
  return { ...base, kind: "person", user: userIdSchema.parse(row.user), name: row.name, email: row.email };
}
