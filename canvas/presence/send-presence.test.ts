import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import { ownPresence, sendPresence } from "./send-presence.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function listened() {
  const awareness = new Awareness(new Y.Doc());
  const sent = vi.fn();
  awareness.on("update", sent);
  return { awareness, sent };
}

it("sends every field that changed together, at most ten times a second, and the latest value of each", () => {
  const { awareness, sent } = listened();
  for (let step = 0; step < 100; step++) {
    for (const field of ["cursor", "view", "caret", "drags"]) sendPresence(awareness, field, { x: step });
    vi.advanceTimersByTime(10);
  }
  vi.advanceTimersByTime(500);
  expect(sent.mock.calls.length).toBeLessThanOrEqual(11);
  expect(awareness.getLocalState()).toEqual({
    cursor: { x: 99 },
    view: { x: 99 },
    caret: { x: 99 },
    drags: { x: 99 },
  });
});

it("says nothing when nothing changed, or the document was closed", () => {
  const { awareness, sent } = listened();
  sendPresence(awareness, "cursor", { x: 1 });
  vi.advanceTimersByTime(500);
  sendPresence(awareness, "cursor", { x: 1 });
  vi.advanceTimersByTime(500);
  expect(sent).toHaveBeenCalledTimes(1);
  awareness.setLocalState(null);
  sent.mockClear();
  sendPresence(awareness, "cursor", { x: 2 });
  vi.advanceTimersByTime(500);
  expect(sent).not.toHaveBeenCalled();
});

it("stays within what a state may have, and lets go of the least needed first", () => {
  const { awareness } = listened();
  const many = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`node_${index}`, { x: index, y: index }]));
  sendPresence(awareness, "user", { name: "Ann" });
  sendPresence(awareness, "drags", many);
  sendPresence(awareness, "cursor", { x: 1 });
  vi.advanceTimersByTime(500);
  expect(awareness.getLocalState()).toEqual({
    user: { name: "Ann" },
    drags: null,
    cursor: { x: 1 },
  });
});

it("knows what is about to be told", () => {
  const { awareness } = listened();
  sendPresence(awareness, "caret", { field: "a" });
  sendPresence(awareness, "caret", { field: "b" });
  expect(awareness.getLocalState()).toEqual({ caret: { field: "a" } });
  expect(ownPresence(awareness, "caret")).toEqual({ field: "b" });
  vi.advanceTimersByTime(500);
  expect(ownPresence(awareness, "caret")).toEqual({ field: "b" });
});
