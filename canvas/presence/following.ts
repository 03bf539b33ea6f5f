import { create } from "zustand";
import type { PeerView } from "./peer-state.ts";
import type { Peer } from "./peer-store.ts";

interface Following {
  /** The window whose view this one follows. */
  client: number | undefined;
  follow(client: number): void;
  end(): void;
}

export const useFollowing = create<Following>()((set) => ({
  client: undefined,
  follow: (client) => set({ client }),
  end: () => set({ client: undefined }),
}));

/** Escape ends it then, and nothing else. */
export function isFollowing(): boolean {
  return useFollowing.getState().client !== undefined;
}

/** Whether somebody's view comes from this window already, by way of others: then both would follow each other for ever. */
export function isFollowedBy(peers: readonly Peer[], client: number, own: number): boolean {
  const seen = new Set<number>();
  let at: number | undefined = client;
  while (at !== undefined && !seen.has(at)) {
    if (at === own) return true;
    seen.add(at);
    const here: number = at;
    at = peers.find((peer) => peer.client === here)?.follows;
  }
  return false;
}

const ZOOM = { least: 0.08, most: 2 };

/** The view that shows all that another window shows, in a room of this size. */
export function viewLike({ x, y, zoom, width, height }: PeerView, room: { width: number; height: number }): { x: number; y: number; zoom: number } {
  const fit = Math.min(room.width / width, room.height / height, 1);
  const own = Math.min(ZOOM.most, Math.max(ZOOM.least, zoom * fit));
  const centre = { x: (width / 2 - x) / zoom, y: (height / 2 - y) / zoom };
  return {
    x: room.width / 2 - centre.x * own,
    y: room.height / 2 - centre.y * own,
    zoom: own,
  };
}
