import { expect, it } from "vitest";
import { forgetPersonalKeys, personalKeysAreOf } from "./personal-keys.ts";

function storageWith(given: Record<string, string>) {
  const kept = new Map(Object.entries(given));
  return {
    kept,
    get length() {
      return kept.size;
    },
    key: (index: number) => [...kept.keys()][index] ?? null,
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
}

const left = {
  "heddle.input.graph_a": '{"secret":1}',
  "heddle.recent.commands": "[]",
  "heddle.workspace": "workspace_a",
  "heddle.theme": "dark",
  "heddle.side-panel": "open",
  "another.site": "1",
};

it("forgets all that a person left, and keeps how the page looks", () => {
  const storage = storageWith(left);
  forgetPersonalKeys(storage);
  expect([...storage.kept.keys()]).toEqual(["heddle.theme", "heddle.side-panel", "another.site"]);
});

it("gives nobody what somebody else left", () => {
  const storage = storageWith(left);
  personalKeysAreOf("user_a", storage);
  personalKeysAreOf("user_a", storage);
  expect(storage.kept.has("heddle.input.graph_a")).toBe(true);
  personalKeysAreOf("user_b", storage);
  expect(storage.kept.has("heddle.input.graph_a")).toBe(false);
  personalKeysAreOf("user_b", storage);
  expect(storage.kept.get("heddle.theme")).toBe("dark");
});
