import type { Awareness } from "y-protocols/awareness";
import type { NodeId } from "#runtime/graph/ids.ts";
import type { Position } from "#runtime/graph/schema.ts";
import type { Identity } from "./identity.ts";
import { type PeerBox, type PeerState, type PeerView, peerStateSchema } from "./peer-state.ts";

/** Another window, without what moves all the time. */
export interface Peer extends Identity {
  client: number;
  id: string | undefined;
  role: string | undefined;
  viewing: boolean;
  selected: readonly NodeId[];
  caret: { node: NodeId; field: string } | undefined;
  follows: number | undefined;
  calls: number;
}

/** `cursor`, `box` and `view` are of one window. */
type Topic = "peers" | "selections" | "drags" | `cursor ${number}` | `box ${number}` | `view ${number}`;

export interface PeerStore {
  /** The other windows, in the order they came. */
  peers(): readonly Peer[];
  /** Who has a node selected. Of several the first is named for all of them. */
  selections(): ReadonlyMap<string, readonly Identity[]>;
  drags(): ReadonlyMap<string, Position>;
  cursorOf(client: number): Position | undefined;
  /** Around what a window drags, where that is too much to tell of each node. */
  boxOf(client: number): PeerBox | undefined;
  viewOf(client: number): PeerView | undefined;
  /** Calls when that part has changed, and for nothing else: fifty cursors draw no card anew. Returns how to stop. */
  subscribe(topic: Topic, listener: () => void): () => void;
}

interface Change {
  added: number[];
  updated: number[];
  removed: number[];
}

const stores = new WeakMap<Awareness, PeerStore>();

/** The other windows on a document, as they tell of themselves. */
export function peerStore(awareness: Awareness): PeerStore {
  const known = stores.get(awareness);
  if (known) return known;
  const made = createPeerStore(awareness);
  stores.set(awareness, made);
  return made;
}

function createPeerStore(awareness: Awareness): PeerStore {
  const states = new Map<number, PeerState>();
  const listeners = new Map<Topic, Set<() => void>>();
  let peers: readonly Peer[] = [];
  let selections: ReadonlyMap<string, readonly Identity[]> = new Map();
  let drags: ReadonlyMap<string, Position> = new Map();

  /** Which parts differ after a window's state was taken in. */
  const take = (client: number): Topic[] => {
    const raw = client === awareness.clientID ? undefined : awareness.getStates().get(client);
    const before = states.get(client);
    const after = raw === undefined ? undefined : peerStateSchema.safeParse(raw).data;
    if (after) states.set(client, after);
    else states.delete(client);
    const changed: Topic[] = [];
    const differs = (part: (state: PeerState) => unknown) => JSON.stringify(before && part(before)) !== JSON.stringify(after && part(after));
    if (differs(({ user, selected }) => [user, selected])) changed.push("selections");
    if (differs(({ user, selected, caret, follows, calls }) => [user, selected, caret, follows, calls])) changed.push("peers");
    if (differs((state) => state.drags ?? undefined)) changed.push("drags");
    if (differs(({ cursor }) => cursor ?? undefined)) changed.push(`cursor ${client}`);
    if (differs(({ dragBox }) => dragBox ?? undefined)) changed.push(`box ${client}`);
    if (differs(({ view }) => view ?? undefined)) changed.push(`view ${client}`);
    return changed;
  };
  const refresh = (topics: ReadonlySet<Topic>) => {
    if (topics.has("peers")) peers = [...states].map(([client, state]) => toPeer(client, state, peers));
    if (topics.has("selections")) selections = selectionsOf(states.values());
    if (topics.has("drags")) drags = new Map([...states.values()].flatMap((state) => Object.entries(state.drags ?? {})));
  };
  awareness.on("change", ({ added, updated, removed }: Change) => {
    const topics = new Set([...added, ...updated, ...removed].flatMap(take));
    refresh(topics);
    for (const topic of topics) for (const listener of [...(listeners.get(topic) ?? [])]) listener();
  });
  refresh(new Set([...awareness.getStates().keys()].flatMap(take)));
  return {
    peers: () => peers,
    selections: () => selections,
    drags: () => drags,
    cursorOf: (client) => states.get(client)?.cursor ?? undefined,
    boxOf: (client) => states.get(client)?.dragBox ?? undefined,
    viewOf: (client) => states.get(client)?.view ?? undefined,
    subscribe: (topic, listener) => {
      const set = listeners.get(topic) ?? new Set();
      listeners.set(topic, set.add(listener));
      return () => {
        set.delete(listener);
        if (set.size === 0 && listeners.get(topic) === set) listeners.delete(topic);
      };
    },
  };
}

function toPeer(client: number, { user, selected, caret, follows, calls }: PeerState, before: readonly Peer[]): Peer {
  const peer: Peer = {
    client,
    ...{
      name: user.name,
      colour: user.colour,
      id: user.id,
      role: user.role,
      viewing: user.viewing === true,
    },
    ...{
      selected,
      caret: caret ?? undefined,
      follows: follows ?? undefined,
      calls: calls ?? 0,
    },
  };
  const known = before.find((other) => other.client === client);
  return known && JSON.stringify(known) === JSON.stringify(peer) ? known : peer;
}

function selectionsOf(states: Iterable<PeerState>): ReadonlyMap<string, readonly Identity[]> {
  const selections = new Map<string, PeerState["user"][]>();
  for (const { user, selected } of states) {
    for (const node of selected) {
      const there = selections.get(node) ?? [];
      // one person with two windows is one
      if (user.id === undefined || !there.some(({ id }) => id === user.id)) selections.set(node, [...there, user]);
    }
  }
  return new Map(
    [...selections].map(([node, users]) => [
      node,
      users.map(({ name, colour }, index) => ({
        name: index === 0 ? allNames(users) : name,
        colour,
      })),
    ]),
  );
}

const NAMED = 2;

function allNames(users: readonly Identity[]): string {
  const names = users.slice(0, NAMED).map(({ name }) => name);
  return users.length > NAMED ? `${names.join(", ")} +${users.length - NAMED}` : names.join(", ");
}
