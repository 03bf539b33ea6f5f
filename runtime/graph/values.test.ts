import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalJson } from "./canonical-json.ts";
import { hashJson, sha256Hex } from "./hash.ts";
import { createId, nodeIdSchema } from "./ids.ts";
import { findUnsafeJson } from "./json.ts";
import { orderKeyBetween } from "./order-key.ts";

describe("canonical JSON", () => {
  test("sorts keys, keeps lists, leaves undefined out", () => {
    expect(canonicalJson({ b: 1, a: [3, { d: null, c: "é" }], u: undefined })).toBe('{"a":[3,{"c":"é","d":null}],"b":1}');
  });
  test("says the same for the same value, however it was built", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
      }),
    );
  });
  test("refuses what JSON cannot hold", () => {
    expect(() => canonicalJson({ a: Number.NaN })).toThrow(TypeError);
    expect(() => canonicalJson(1n)).toThrow(TypeError);
  });
});

test("SHA-256 of the empty text is the published one", () => {
  expect(sha256Hex("")).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  expect(hashJson({ b: 1, a: 2 })).toBe(hashJson({ a: 2, b: 1 }));
});

test("ids fit their schema, differ, and sort by time", async () => {
  const first = createId("node");
  await new Promise((resolve) => setTimeout(resolve, 2));
  const second = createId("node");
  expect(nodeIdSchema.safeParse(first).success).toBe(true);
  expect(first < second).toBe(true);
});

describe("order keys", () => {
  test("there is always room before, after and between", () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 1_000 }), { minLength: 1, maxLength: 120 }), (places) => {
        const keys: string[] = [];
        for (const place of places) {
          const index = place % (keys.length + 1);
          keys.splice(index, 0, orderKeyBetween(keys[index - 1], keys[index]));
        }
        expect([...keys].sort()).toEqual(keys);
        expect(new Set(keys).size).toBe(keys.length);
      }),
    );
  });
  test("refuses an order that is none", () => {
    expect(() => orderKeyBetween("b", "a")).toThrow(RangeError);
  });
});

test("unsafe JSON is found, with its path", () => {
  expect(findUnsafeJson({ a: [{ ok: 1 }] })).toBeUndefined();
  expect(findUnsafeJson(JSON.parse('{"a":{"__proto__":1}}'))).toMatchObject({ path: "/a/__proto__" });
  expect(findUnsafeJson({ a: { constructor: 1 } })).toMatchObject({ path: "/a/constructor" });
  expect(findUnsafeJson({ a: new Date() })).toMatchObject({ path: "/a" });
  expect(findUnsafeJson(JSON.parse(`${"[".repeat(40)}${"]".repeat(40)}`))).toMatchObject({ reason: expect.stringContaining("deeper") });
});
