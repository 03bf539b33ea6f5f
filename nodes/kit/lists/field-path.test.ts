import { describe, expect, it } from "vitest";
import { parseFieldPath, readPath, toFieldPath } from "./field-path.ts";

const item = JSON.parse('{"a":{"b":[{"c":1},{"c":2}]},"First name":"Ada","x.y":{"z":3},"n":null,"__proto__":{"secret":1},"0":"zero"}');

describe("reading a path", () => {
  it.each<[string, unknown]>([
    ["", item],
    ["  ", item],
    ["a.b[0].c", 1],
    ["a.b.1.c", 2],
    ["a.b[-1].c", 2],
    ["a.b[2].c", undefined],
    ["a.b.length", undefined],
    ["First name", "Ada"],
    ['["x.y"].z', 3],
    ["n", null],
    ["n.deeper", undefined],
    ["toString", undefined],
    ["First name.length", undefined],
    ["[0]", "zero"],
    ["0", "zero"],
    ["missing.deeper[3]", undefined],
  ])("finds what stands at %j", (path, value) => {
    expect(readPath(item, toFieldPath(path))).toEqual(value);
  });

  it("reads a list that is the item itself", () => {
    expect(readPath([["a", "b"]], toFieldPath("[0][1]"))).toBe("b");
    expect(readPath("text", toFieldPath(""))).toBe("text");
  });
});

it.each(["__proto__", "a.constructor", '["prototype"]', "a..b", ".a", "a.", "a[", "a[b]", "a]", "[0]b", '["a', "{{ item.a }}"])("refuses %j", (path) => {
  expect(parseFieldPath(path).ok).toBe(false);
  expect(() => toFieldPath(path)).toThrow(expect.objectContaining({ code: "validation", happened: "no" }));
});
