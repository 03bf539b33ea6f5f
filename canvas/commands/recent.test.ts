import { describe, expect, it } from "vitest";
import { createRecent } from "./recent.ts";

function memory(text?: string) {
  const held = new Map(text === undefined ? [] : [["heddle.recent.x", text]]);
  return { getItem: (key: string) => held.get(key) ?? null, setItem: (key: string, value: string) => void held.set(key, value) };
}

describe("createRecent", () => {
  it("puts what was chosen last first, once, and forgets the oldest", () => {
    const storage = memory();
    const recent = createRecent("x", 3, storage);
    for (const id of ["a", "b", "a", "c", "d"]) recent.add(id);
    expect(recent.ids()).toEqual(["d", "c", "a"]);
    expect(createRecent("x", 3, storage).ids()).toEqual(["d", "c", "a"]);
    expect(createRecent("y", 3, storage).ids()).toEqual([]);
  });

  it.each(["nonsense", "{}", "[1]"])("begins anew where %s is stored", (text) => expect(createRecent("x", 3, memory(text)).ids()).toEqual([]));

  it("works where nothing can be stored", () => {
    const recent = createRecent("x", 3, {
      getItem: () => {
        throw new Error("no");
      },
      setItem: () => {
        throw new Error("no");
      },
    });
    recent.add("a");
    expect(recent.ids()).toEqual(["a"]);
  });
});
