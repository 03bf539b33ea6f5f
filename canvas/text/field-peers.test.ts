import { expect, it, vi } from "vitest";
import { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import type { NodeId } from "#runtime/graph/ids.ts";
import { fieldPeerStore, peersIn } from "./field-peers.ts";
import { leaveField, tellCaret } from "./own-caret.ts";

const node = "node_a" as NodeId;
const user = { name: "Ada", colour: "#7fb3ff" };

/** Awareness with somebody else in it. */
function withOther(state: object) {
  const awareness = new Awareness(new Y.Doc());
  awareness.states.set(99, state as { [key: string]: unknown });
  return awareness;
}

it("tells who is in a field, also in one without a text", () => {
  const awareness = withOther({ user, caret: { node, field: "method" } });
  expect(peersIn(awareness, node, "method")).toEqual([expect.objectContaining({ client: 99, name: "Ada" })]);
  expect(peersIn(awareness, node, "other")).toEqual([]);
});

it("bears with whatever others send", () => {
  for (const caret of [null, 5, { node: "nothing", field: "x" }, { node, field: 7 }, { node, field: "x".repeat(900) }]) {
    expect([...fieldPeerStore(withOther({ user, caret })).current()]).toEqual([]);
  }
});

it("keeps its snapshot while nobody moves in a field", () => {
  const awareness = withOther({ user, caret: { node, field: "method" } });
  const store = fieldPeerStore(awareness);
  const listener = vi.fn();
  store.subscribe(listener);
  const before = store.current();
  awareness.setLocalStateField("cursor", { x: 1, y: 2 });
  expect(store.current()).toBe(before);
  expect(listener).not.toHaveBeenCalled();
});

it("follows who comes, moves, leaves a field and goes, and looks at nobody else", () => {
  const awareness = withOther({ user, caret: { node, field: "method" } });
  const still = { user: { name: "Ben", colour: "#7fb3ff" }, caret: { node, field: "body" } };
  let looked = 0;
  awareness.states.set(98, {
    ...still,
    get caret() {
      looked++;
      return still.caret;
    },
  });
  const store = fieldPeerStore(awareness);
  const own = store.current().get(`${node}/body`);
  const lookedAtFirst = looked;
  const tell = (state: { [key: string]: unknown } | undefined) => {
    if (state) awareness.states.set(99, state);
    else awareness.states.delete(99);
    awareness.emit("change", [{ added: [], updated: state ? [99] : [], removed: state ? [] : [99] }, "remote"]);
  };
  tell({ user, caret: { node, field: "body", head: 3 } });
  expect(peersIn(awareness, node, "method")).toEqual([]);
  expect(peersIn(awareness, node, "body").map(({ client, head }) => [client, head])).toEqual(
    expect.arrayContaining([
      [98, undefined],
      [99, 3],
    ]),
  );
  const before = store.current();
  tell({ user, caret: { node, field: "body", head: 3 }, cursor: { x: 1, y: 1 } });
  expect(store.current()).toBe(before);
  tell(undefined);
  expect(peersIn(awareness, node, "body")).toEqual(own);
  expect(looked).toBe(lookedAtFirst);
});

it("tells of its own caret at once, then of the latest only, and of leaving", () => {
  vi.useFakeTimers();
  const awareness = new Awareness(new Y.Doc());
  const told: unknown[] = [];
  awareness.on("change", () => told.push(awareness.getLocalState()?.caret));
  const at = (head: number) => ({ node, field: "text", anchor: head, head });
  for (let head = 0; head < 20; head++) tellCaret(awareness, at(head));
  expect(told).toEqual([at(0)]);
  vi.advanceTimersByTime(1_000);
  expect(told).toEqual([at(0), at(19)]);
  leaveField(awareness, { node, field: "other" });
  vi.advanceTimersByTime(1_000);
  expect(awareness.getLocalState()?.caret).toEqual(at(19));
  leaveField(awareness, { node, field: "text" });
  vi.advanceTimersByTime(1_000);
  expect(awareness.getLocalState()?.caret).toBeNull();
  awareness.destroy();
  vi.useRealTimers();
});
