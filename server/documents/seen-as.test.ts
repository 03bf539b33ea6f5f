import { expect, it, test } from "vitest";
import { createPresence, PRESENCE_BYTES, writeEntries } from "./presence.ts";
import { type SeenAs, writeSeenAs } from "./seen-as.ts";

const bob = { id: "user_bob", name: "Bob", isGuest: false };
const guest = { id: "guest_1", name: "Guest", isGuest: true };

test.for<[name: string, person: SeenAs, said: object, seen: object]>([
  ["an account is called by its name, and keeps its colour", bob, { name: "Ann", id: "user_ann", colour: "#fff" }, { id: bob.id, name: "Bob", colour: "#fff" }],
  ["a long name is cut", { ...bob, name: "B".repeat(90) }, {}, { id: bob.id, name: "B".repeat(40) }],
  ["a guest is one", guest, { name: "Ann", id: "user_ann", role: "owner" }, { id: guest.id, name: "Guest Ann", role: "guest" }],
  ["a guest who says so is not called one twice", guest, { name: "Guest 7" }, { id: guest.id, name: "Guest 7", role: "guest" }],
  ["a guest without a name", guest, {}, { id: guest.id, name: "Guest", role: "guest" }],
])("%s", ([, person, said, seen]) => {
  expect(writeSeenAs({ user: said, cursor: 1 }, person)).toEqual({ user: seen, cursor: 1 });
});

it("leaves alone what says nothing of a person", () => {
  for (const state of [null, { cursor: 1 }, { user: "Ann" }, { user: null }]) expect(writeSeenAs(state, bob)).toEqual(state);
});

it("passes on nothing that is too long for the other processes once the person is in it", () => {
  const announced = (filler: number) => {
    const state = JSON.stringify({ user: { name: "" }, filler: "x".repeat(filler) });
    return createPresence<{ actor: string; seenAs: typeof bob }>().announce(
      { actor: bob.id, seenAs: bob },
      writeEntries([{ client: 1, clock: 1, state, actor: "" }]),
    );
  };
  expect(announced(PRESENCE_BYTES - 100)?.state.length).toBeLessThan(PRESENCE_BYTES);
  expect(announced(PRESENCE_BYTES - 40)).toBeUndefined();
});
