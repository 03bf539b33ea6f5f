import { useSyncExternalStore } from "react";
import type { Awareness } from "y-protocols/awareness";
import { z } from "zod";
import { type NodeId, nodeIdSchema } from "#runtime/graph/ids.ts";
import { type Position, positionSchema } from "#runtime/graph/schema.ts";
import { useEditor } from "../document/editor-context.ts";
import type { Identity } from "./identity.ts";

/** What a window tells the others; read with care, since anyone may send anything. */
const stateSchema = z.object({
  user: z.object({ name: z.string().min(1).max(40), colour: z.string().regex(/^#[0-9a-f]{6}$/) }),
  cursor: positionSchema.nullish().catch(null),
  selected: z.array(nodeIdSchema).max(500).catch([]),
  drags: z.record(z.string(), positionSchema).nullish().catch(null),
});

export interface Peer extends Identity {
  client: number;
  cursor: Position | undefined;
}

interface Snapshot {
  /** The other windows, in the order they came. */
  peers: readonly Peer[];
  selections: ReadonlyMap<string, readonly Identity[]>;
  drags: ReadonlyMap<string, Position>;
}

const EMPTY: Snapshot = { peers: [], selections: new Map(), drags: new Map() };
const NOBODY: readonly Identity[] = [];

interface PeerStore {
  current(): Snapshot;
  subscribe(listener: () => void): () => void;
}

const stores = new WeakMap<Awareness, PeerStore>();

/** The other windows on a document, as they tell of themselves. */
export function peerStore(awareness: Awareness): PeerStore {
  const known = stores.get(awareness);
  if (known) return known;
  let snapshot = EMPTY;
  const listeners = new Set<() => void>();
  awareness.on("change", () => {
    snapshot = readSnapshot(awareness, snapshot);
    for (const listener of listeners) listener();
  });
  const made: PeerStore = {
    current: () => snapshot,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  stores.set(awareness, made);
  return made;
}

function readSnapshot(awareness: Awareness, before: Snapshot): Snapshot {
  const peers: Peer[] = [];
  const selections = new Map<string, Identity[]>();
  const drags = new Map<string, Position>();
  for (const [client, raw] of awareness.getStates()) {
    const parsed = client === awareness.clientID ? undefined : stateSchema.safeParse(raw);
    if (!parsed?.success) continue;
    const { user, cursor, selected, drags: moving } = parsed.data;
    peers.push({ ...user, client, cursor: cursor ?? undefined });
    for (const id of selected) selections.set(id, [...(selections.get(id) ?? []), user]);
    for (const [id, position] of Object.entries(moving ?? {})) drags.set(id, position);
  }
  return { peers, selections: keep(before.selections, selections), drags: keep(before.drags, drags) };
}

/** Cursors move all the time: what did not change with them keeps its identity. */
function keep<Value>(before: ReadonlyMap<string, Value>, after: ReadonlyMap<string, Value>): ReadonlyMap<string, Value> {
  return JSON.stringify([...before]) === JSON.stringify([...after]) ? before : after;
}

function usePeerPart<Part>(select: (snapshot: Snapshot) => Part): Part {
  const { awareness } = useEditor();
  const store = awareness && peerStore(awareness);
  return useSyncExternalStore(store?.subscribe ?? noSubscription, () => select(store?.current() ?? EMPTY));
}

const noSubscription = () => () => {};

export function usePeers(): readonly Peer[] {
  return usePeerPart(({ peers }) => peers);
}

/** Who has a node selected. */
export function usePeersOn(node: NodeId): readonly Identity[] {
  return usePeerPart(({ selections }) => selections.get(node) ?? NOBODY);
}

export function usePeerDrags(): ReadonlyMap<string, Position> {
  return usePeerPart(({ drags }) => drags);
}
