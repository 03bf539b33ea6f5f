import { expect, it } from "vitest";
import { cacheOf, outdatedCaches, ownCaches } from "./shell-caches.ts";

const [oldest, before, current] = ["a", "b", "c"].map(cacheOf) as [string, string, string];

it("keeps the build before, which open windows are of, and nothing older", () => {
  expect(outdatedCaches([oldest, before, current], current)).toEqual([oldest]);
  expect(outdatedCaches([before, current], current)).toEqual([]);
  expect(outdatedCaches([current, oldest, before], current)).toEqual([oldest]);
});

it("leaves alone what others keep at the same address", () => {
  expect(outdatedCaches(["x", "y", oldest, before, current], current)).toEqual([oldest]);
  expect(ownCaches(["x", oldest, before, current], current)).toEqual([current, before, oldest]);
});
