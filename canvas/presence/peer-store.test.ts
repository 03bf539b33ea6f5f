import { expect, it, vi } from "vitest";
import { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import { nodeIdSchema } from "#runtime/graph/ids.ts";
import { sampleId } from "#runtime/testing/sample-nodes.ts";
import { peerStore } from "./peer-store.ts";

const ann = { name: "Ann", colour: "#7fb3ff", id: "user_ann" };
const ben = { name: "Ben", colour: "#f7a36f" };
const [node, other] = [sampleId("a"), sampleId("b")];

/** An awareness that hears of other windows as if they were elsewhere. */
function room() {
  const awareness = new Awareness(new Y.Doc());
  const hear = (client: number, state: object | null) => {
    const known = awareness.states.has(client);
    if (state === null) awareness.states.delete(client);
    else awareness.states.set(client, state as Record<string, unknown>);
    const [added, updated, removed] = state === null ? [[], [], [client]] : known ? [[], [client], []] : [[client], [], []];
    awareness.emit("change", [{ added, updated, removed }, "test"]);
  };
  return { awareness, hear, store: peerStore(awareness) };
}

it("tells each part only when that part changes, so that a pointer draws no card anew", () => {
  const { hear, store } = room();
  hear(1, { user: ann, selected: [node] });
  const told = {
    peers: vi.fn(),
    selections: vi.fn(),
    drags: vi.fn(),
    mine: vi.fn(),
    others: vi.fn(),
  };
  store.subscribe("peers", told.peers);
  store.subscribe("selections", told.selections);
  store.subscribe("drags", told.drags);
  store.subscribe("cursor 1", told.mine);
  store.subscribe("cursor 2", told.others);
  const [peers, selections] = [store.peers(), store.selections()];
  hear(1, { user: ann, selected: [node], cursor: { x: 1, y: 2 }, caret: null });
  hear(1, {
    user: ann,
    selected: [node],
    cursor: { x: 3, y: 4 },
    view: { x: 0, y: 0, zoom: 1, width: 10, height: 10 },
  });
  expect(Object.values(told).map((spy) => spy.mock.calls.length)).toEqual([0, 0, 0, 2, 0]);
  expect(store.cursorOf(1)).toEqual({ x: 3, y: 4 });
  expect(store.viewOf(1)?.width).toBe(10);
  expect([store.peers(), store.selections()]).toEqual([peers, selections]);
  expect(store.peers()).toBe(peers);
  hear(1, { user: ann, selected: [other], cursor: { x: 3, y: 4 } });
  expect([told.peers, told.selections].map((spy) => spy.mock.calls.length)).toEqual([1, 1]);
  hear(1, null);
  expect(store.peers()).toEqual([]);
  expect(store.cursorOf(1)).toBeUndefined();
});

it("names all who have a node selected, each person once", () => {
  const { hear, store } = room();
  hear(1, { user: ann, selected: [node] });
  hear(2, { user: ann, selected: [node] });
  hear(3, { user: ben, selected: [node, other] });
  expect(
    store
      .selections()
      .get(node)
      ?.map(({ name }) => name),
  ).toEqual(["Ann, Ben", "Ben"]);
  expect(
    store
      .selections()
      .get(other)
      ?.map(({ name }) => name),
  ).toEqual(["Ben"]);
});

it("takes what it can of states that are not as they should be", () => {
  const { awareness, hear, store } = room();
  hear(1, { user: { name: "", colour: "red" } });
  hear(2, {
    user: { ...ben, id: 7, viewing: "yes" },
    selected: ["no id"],
    cursor: { x: "far" },
    caret: 3,
    follows: "me",
  });
  hear(awareness.clientID, { user: ann });
  expect(store.peers()).toEqual([
    {
      client: 2,
      ...ben,
      id: undefined,
      role: undefined,
      viewing: false,
      selected: [],
      caret: undefined,
      follows: undefined,
      calls: 0,
    },
  ]);
  expect(nodeIdSchema.safeParse(node).success).toBe(true);
});

it("tells of the box around what a window drags, to those who draw that one", () => {
  const { hear, store } = room();
  const [one, others] = [vi.fn(), vi.fn()];
  store.subscribe("box 1", one);
  store.subscribe("drags", others);
  const dragBox = { x: 8, y: 16, width: 900, height: 300 };
  hear(1, { user: ann, dragBox });
  hear(1, { user: ann, dragBox, cursor: { x: 1, y: 1 } });
  expect(store.boxOf(1)).toEqual(dragBox);
  hear(1, { user: ann, dragBox: { x: "far", y: 0, width: -1, height: 0 } });
  expect(store.boxOf(1)).toBeUndefined();
  expect([one, others].map((spy) => spy.mock.calls.length)).toEqual([2, 0]);
});
