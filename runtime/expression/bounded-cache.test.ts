import { expect, it } from "vitest";
import { BoundedCache } from "./bounded-cache.ts";

it("creates once and drops what was not used for longest", () => {
  const cache = new BoundedCache<{ key: string }>(2, 100);
  const create = (key: string) => ({ key });
  const a = cache.get("a", create);
  const b = cache.get("b", create);
  expect(cache.get("a", create)).toBe(a);
  cache.get("c", create);
  expect(cache.get("a", create)).toBe(a);
  expect(cache.get("b", create)).not.toBe(b);
  expect(cache.size).toBe(2);
});

it("is bounded by the length of its keys", () => {
  const cache = new BoundedCache<number>(100, 10);
  cache.get("123456", () => 1);
  cache.get("abcdef", () => 2);
  expect(cache.size).toBe(1);
  expect(cache.get("x".repeat(11), () => 3)).toBe(3);
  expect(cache.get("abcdef", () => 4)).toBe(2);
});
