import { expect, test } from "vitest";
import { onlyPeer } from "./only-peer.ts";

const here = (...users: unknown[]) => ({ clientID: 0, getStates: () => new Map(users.map((user, client) => [client, { user }])) });

test("one other person is known by name, in however many windows", () => {
  expect(onlyPeer(here({ name: "Me", id: "user_1" }, { name: "Ana", id: "user_2" }, { name: "Ana", id: "user_2" }))).toBe("Ana");
});

test("nobody is named when it may have been several, another window of one's own, or nobody is there", () => {
  expect(onlyPeer(here({ name: "Me" }, { name: "Ana" }, { name: "Ben" }))).toBeUndefined();
  expect(onlyPeer(here({ name: "Me", id: "user_1" }, { name: "Me", id: "user_1" }, { name: "Ana", id: "user_2" }))).toBeUndefined();
  expect(onlyPeer(here({ name: "Me" }))).toBeUndefined();
  expect(onlyPeer(here({ name: "Me" }, { name: 7 }))).toBeUndefined();
});
