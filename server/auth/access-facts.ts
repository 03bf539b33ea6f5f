import type { Mode } from "../contract/session.ts";
import type { PlaceRow, PlaceStore } from "../store/places.ts";
import type { StandingStore } from "../store/standings.ts";
import type { AccessFacts, Place } from "./access.ts";
import type { AccessChanges } from "./access-changes.ts";
import type { Actor } from "./actor.ts";
import type { Standing } from "./may.ts";
import { createRemembered } from "./remembered.ts";

const FIRST_WORKSPACE = "workspace_default";
const PLACES = 10_000;
const ANSWERS = 10_000;
/** A process that dies between a change and its announcement leaves the others with what they know; for no longer than this. */
const REMEMBERED_MS = 10_000;
const OWNER: Standing = { role: "owner", installation: true };

export interface AccessFactsGiven {
  stores: { places: PlaceStore; standings: StandingStore };
  changes: Pick<AccessChanges, "listen">;
  mode(): Mode;
}

/** What `Access` asks, out of the database, remembered until somebody's access changes. */
export function createAccessFacts({ stores, changes, mode }: AccessFactsGiven): AccessFacts {
  const { places, standings } = stores;
  // where a thing is never changes; what is not there may come to be
  const known = createRemembered<Place | undefined>({ most: PLACES, isKept: (place) => place !== undefined });
  const roles = createRemembered<Standing>({ most: ANSWERS, forMs: REMEMBERED_MS });
  const homes = createRemembered<string | undefined>({ most: ANSWERS, forMs: REMEMBERED_MS });
  const owners = createRemembered<readonly string[]>({ most: 1_000, forMs: REMEMBERED_MS });
  changes.listen(() => {
    for (const answers of [roles, homes, owners]) answers.clear();
  });

  const placeOf = async (id: string): Promise<Place | undefined> => {
    const find = finderOf(places, id);
    return find && known.get(id, find);
  };
  const ofUser = (user: string, { workspace, document }: Place): Promise<Standing> =>
    roles.get(JSON.stringify([user, workspace, document]), async () => {
      const { role, share, installation } = await standings.read(user, { workspace, document });
      return { ...(role && { role }), ...(share && { share }), ...(installation && { installation }) };
    });
  const ofLocal = async ({ workspace }: Place): Promise<Standing> =>
    workspace === FIRST_WORKSPACE || (await placeOf(workspace)) ? OWNER : { installation: true };
  const ofGuest = ({ share }: Actor & { kind: "guest" }, { document }: Place): Promise<Standing> => {
    if (document === undefined) return Promise.resolve({});
    return roles.get(JSON.stringify([share, document]), async () => ((await standings.isLinked(share, document)) ? { share: "view" } : {}));
  };
  const ofToken = async (actor: Actor & { kind: "token" }, place: Place): Promise<Standing> => {
    if (place.workspace !== actor.workspace) return {};
    const { role, share } = isLocal(actor.id) ? OWNER : await ofUser(actor.id, place);
    // whoever is no member any more has no tokens there
    return role ? { role, ...(share && { share }) } : {};
  };

  return {
    mode,
    placeOf,
    standing: async (actor, place) => {
      switch (actor.kind) {
        case "local":
          return ofLocal(place);
        case "user":
          return ofUser(actor.id, place);
        case "token":
          return ofToken(actor, place);
        case "guest":
          return ofGuest(actor, place);
        case "anonymous":
          return {};
      }
    },
    homeOf: async (actor) => {
      switch (actor.kind) {
        case "local":
          return FIRST_WORKSPACE;
        case "user":
          return homes.get(actor.id, () => standings.home(actor.id));
        case "token":
          return actor.workspace;
        case "guest":
        case "anonymous":
          return undefined;
      }
    },
    ownersOf: (workspace) => owners.get(workspace, () => standings.owners(workspace)),
  };
}

function isLocal(id: string): boolean {
  return id === "local";
}

/** By its prefix. A gate's id is that of its run and the number of the event that asks, with a dot between. */
function finderOf(places: PlaceStore, id: string): (() => Promise<PlaceRow | undefined>) | undefined {
  const [, prefix] = /^([a-z]+)_[A-Za-z0-9_]{1,64}(?:\.\d{1,15})?$/.exec(id) ?? [];
  switch (prefix) {
    case "graph":
    case "agent":
      return () => places.document(id);
    case "run":
      return () => places.run(id.split(".")[0] ?? id);
    case "conn":
      return () => places.connection(id);
    case "cred":
      return () => places.credential(id);
    case "job":
      return () => places.job(id);
    case "collection":
      return () => places.collection(id);
    case "doc":
      return () => places.doc(id);
    case "chunk":
      return () => places.chunk(id);
    case "workspace":
      return () => places.workspace(id);
    case "workflow":
      return () => places.workflow(id);
    default:
      return undefined;
  }
}
