import { useSyncExternalStore } from "react";
import type { Awareness } from "y-protocols/awareness";
import { z } from "zod";
import { type NodeId, nodeIdSchema } from "#runtime/graph/ids.ts";
import { useEditor } from "../document/editor-context.ts";

/** What a window tells of its caret; read with care, since anyone may send anything. */
const stateSchema = z.object({
  user: z.object({ name: z.string().min(1).max(40), colour: z.string().regex(/^#[0-9a-f]{6}$/) }),
  caret: z.object({ node: nodeIdSchema, field: z.string().max(400), anchor: z.unknown().optional(), head: z.unknown().optional() }),
});

/** Somebody else who is in a field. */
export interface FieldPeer {
  client: number;
  name: string;
  colour: string;
  /** Places in its text (`SharedText.toOffset`); absent for other fields. */
  anchor?: unknown;
  head?: unknown;
}

type Snapshot = ReadonlyMap<string, readonly FieldPeer[]>;

interface PeerStore {
  current(): Snapshot;
  subscribe(listener: () => void): () => void;
}

const EMPTY: Snapshot = new Map();
const NOBODY: readonly FieldPeer[] = [];
const stores = new WeakMap<Awareness, PeerStore>();

/** Who else is in which field, by node and field; a field keeps its list while nothing in it moves. */
export function fieldPeerStore(awareness: Awareness): PeerStore {
  const known = stores.get(awareness);
  if (known) return known;
  const tracker = trackPeers(awareness);
  let snapshot = tracker.take([...awareness.getStates().keys()]) ?? EMPTY;
  const listeners = new Set<() => void>();
  awareness.on("change", ({ added, updated, removed }: Record<"added" | "updated" | "removed", number[]>) => {
    const next = tracker.take([...added, ...updated, ...removed]);
    if (!next) return;
    snapshot = next;
    for (const listener of [...listeners]) listener();
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

/** Reads those only whose state has changed: with many people in a graph, somebody moves all the time. */
function trackPeers(awareness: Awareness): { take(changed: readonly number[]): Snapshot | undefined } {
  const known = new Map<number, { told: string; key?: string; peer?: FieldPeer }>();
  let snapshot = EMPTY;
  return {
    /** The snapshot after the states of some clients have changed; undefined when nothing in any field has. */
    take: (changed) => {
      const touched = new Set<string>();
      for (const client of changed) {
        const state = client === awareness.clientID ? undefined : awareness.getStates().get(client);
        const before = known.get(client);
        const told = state && JSON.stringify([state.user, state.caret]);
        if (told === before?.told) continue;
        const after = told === undefined ? undefined : { told, ...placeOf(client, state) };
        if (after) known.set(client, after);
        else known.delete(client);
        for (const key of [before?.key, after?.key]) if (key !== undefined) touched.add(key);
      }
      if (touched.size === 0) return undefined;
      const next = new Map(snapshot);
      for (const field of touched) {
        const peers = [...known.values()].flatMap(({ key, peer }) => (key === field && peer ? [peer] : []));
        if (peers.length > 0) next.set(field, peers);
        else next.delete(field);
      }
      snapshot = next;
      return snapshot;
    },
  };
}

function placeOf(client: number, state: unknown): { key?: string; peer?: FieldPeer } {
  const parsed = stateSchema.safeParse(state);
  if (!parsed.success) return {};
  const { user, caret } = parsed.data;
  return { key: keyOf(caret.node, caret.field), peer: { ...user, client, anchor: caret.anchor, head: caret.head } };
}

function keyOf(node: NodeId, field: string): string {
  return `${node}/${field}`;
}

/** Who else is in a field. */
export function peersIn(awareness: Awareness | undefined, node: NodeId, field: string): readonly FieldPeer[] {
  return (awareness && fieldPeerStore(awareness).current().get(keyOf(node, field))) ?? NOBODY;
}

export function useFieldPeers(node: NodeId, field: string): readonly FieldPeer[] {
  const { awareness } = useEditor();
  const store = awareness && fieldPeerStore(awareness);
  return useSyncExternalStore(store?.subscribe ?? noSubscription, () => peersIn(awareness, node, field));
}

const noSubscription = () => () => {};
