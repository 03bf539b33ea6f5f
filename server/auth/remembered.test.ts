import { expect, it, vi } from "vitest";
import { createRemembered } from "./remembered.ts";

it("finds an answer once, however many ask at the same time", async () => {
  const remembered = createRemembered<number>({ most: 10 });
  const find = vi.fn(async () => 1);
  expect(await Promise.all([remembered.get("a", find), remembered.get("a", find)])).toEqual([1, 1]);
  expect(find).toHaveBeenCalledTimes(1);
});

it("forgets what was not used for longest", async () => {
  const remembered = createRemembered<string>({ most: 2 });
  const found: string[] = [];
  const ask = (key: string) =>
    remembered.get(key, async () => {
      found.push(key);
      return key;
    });
  for (const key of ["a", "b", "a", "c", "a", "b"]) await ask(key);
  expect(found).toEqual(["a", "b", "c", "b"]);
});

it("forgets after a while, when told to, what failed, and what is not to be kept", async () => {
  const find = vi.fn(async () => 1);
  const brief = createRemembered<number>({ most: 10, forMs: -1 });
  for (let time = 0; time < 2; time++) await brief.get("a", find);
  expect(find).toHaveBeenCalledTimes(2);

  const choosy = createRemembered<number>({ most: 10, isKept: (answer) => answer > 1 });
  for (let time = 0; time < 2; time++) await choosy.get("a", find);
  expect(find).toHaveBeenCalledTimes(4);

  const remembered = createRemembered<number>({ most: 10 });
  await expect(remembered.get("a", () => Promise.reject(new Error("away")))).rejects.toThrow("away");
  expect(await remembered.get("a", async () => 2)).toBe(2);
  remembered.clear();
  expect(await remembered.get("a", async () => 3)).toBe(3);
});

it("does not remember what was being found when it was told to forget", async () => {
  const remembered = createRemembered<number>({ most: 10 });
  const old = Promise.withResolvers<number>();
  const before = remembered.get("a", () => old.promise);
  remembered.clear();
  old.resolve(1);
  expect(await before).toBe(1);
  expect(await remembered.get("a", async () => 2)).toBe(2);
});
