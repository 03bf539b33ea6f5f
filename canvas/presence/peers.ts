import { useCallback, useEffect, useSyncExternalStore } from "react";
import type { NodeId } from "#runtime/graph/ids.ts";
import type { Position } from "#runtime/graph/schema.ts";
import { useEditor } from "../document/editor-context.ts";
import type { Identity } from "./identity.ts";
import { type Peer, type PeerStore, peerStore } from "./peer-store.ts";

const NO_PEERS: readonly Peer[] = [];
const NOBODY: readonly Identity[] = [];
const NO_DRAGS: ReadonlyMap<string, Position> = new Map();

/** Undefined where nobody else can be. */
export function usePeerStore(): PeerStore | undefined {
  const { awareness } = useEditor();
  return awareness && peerStore(awareness);
}

function usePart<Part>(topic: "peers" | "selections", select: (store: PeerStore) => Part, none: Part): Part {
  const store = usePeerStore();
  const subscribe = useCallback((listener: () => void) => store?.subscribe(topic, listener) ?? (() => undefined), [store, topic]);
  return useSyncExternalStore(subscribe, () => (store ? select(store) : none));
}

/** The other windows. Draws anew when somebody comes, goes, selects or changes the field, not when a pointer moves. */
export function usePeers(): readonly Peer[] {
  return usePart("peers", (store) => store.peers(), NO_PEERS);
}

/** Who has a node selected. Of several the first is named for all of them. */
export function usePeersOn(node: NodeId): readonly Identity[] {
  return usePart("selections", (store) => store.selections().get(node) ?? NOBODY, NOBODY);
}

/** Tells where others drag nodes to, without drawing the caller anew for each of their moves. */
export function usePeerDrags(show: (drags: ReadonlyMap<string, Position>) => void): void {
  const store = usePeerStore();
  useEffect(() => {
    const tell = () => show(store?.drags() ?? NO_DRAGS);
    tell();
    return store?.subscribe("drags", tell);
  }, [store, show]);
}
