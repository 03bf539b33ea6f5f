import { expect, it } from "vitest";
import { isFollowedBy, viewLike } from "./following.ts";
import type { Peer } from "./peer-store.ts";

const peer = (client: number, follows?: number): Peer => ({
  ...{
    client,
    follows,
    name: `P${client}`,
    colour: "#ffffff",
    id: undefined,
    role: undefined,
  },
  ...{ viewing: false, selected: [], caret: undefined, calls: 0 },
});

it("shows all that the other window shows, with the same middle", () => {
  const view = { x: 100, y: 50, zoom: 1, width: 1_000, height: 600 };
  expect(viewLike(view, { width: 1_000, height: 600 })).toEqual({
    x: 100,
    y: 50,
    zoom: 1,
  });
  const small = viewLike(view, { width: 500, height: 600 });
  expect(small.zoom).toBe(0.5);
  // the middle of theirs is (400, 250) on the board
  expect([(250 - small.x) / small.zoom, (300 - small.y) / small.zoom]).toEqual([400, 250]);
  expect(viewLike(view, { width: 4_000, height: 4_000 }).zoom).toBe(1);
});

it("knows who follows this window, by way of others too, and does not go in circles", () => {
  expect(isFollowedBy([peer(1, 9)], 1, 9)).toBe(true);
  expect(isFollowedBy([peer(1, 2), peer(2, 9)], 1, 9)).toBe(true);
  expect(isFollowedBy([peer(1, 2), peer(2, 1)], 1, 9)).toBe(false);
  expect(isFollowedBy([peer(1)], 1, 9)).toBe(false);
});
