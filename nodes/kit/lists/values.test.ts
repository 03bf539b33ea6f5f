import { describe, expect, it } from "vitest";
import { combinedKey, equalityKey } from "./equality-key.ts";
import { instantOf } from "./instant-of.ts";
import { numberOf } from "./number-of.ts";
import { readSeparator } from "./separator.ts";

describe("equality", () => {
  it.each<[unknown, unknown]>([
    [3, "3"],
    [true, "true"],
    [null, undefined],
    [
      { a: 1, b: [2] },
      { b: [2], a: 1 },
    ],
  ])("takes %j and %j for equal", (left, right) => {
    expect(equalityKey(left)).toBe(equalityKey(right));
  });

  it.each<[unknown, unknown]>([
    [null, ""],
    [[1], "[1]"],
    [{}, []],
    ["a", "A"],
    [[1], ["1"]],
  ])("takes %j and %j for different", (left, right) => {
    expect(equalityKey(left)).not.toBe(equalityKey(right));
  });

  it("keeps several values apart", () => {
    expect(combinedKey(["a", "b,c"])).not.toBe(combinedKey(["a,b", "c"]));
    expect(combinedKey(["", "a"])).not.toBe(combinedKey(["a", ""]));
  });

  it("refuses what is nested too deeply", () => {
    let deep: unknown = 1;
    for (let depth = 0; depth < 100_000; depth++) deep = [deep];
    expect(() => equalityKey(deep)).toThrow(expect.objectContaining({ code: "limit" }));
  });
});

describe("instants", () => {
  it.each<[unknown, string]>([
    ["2026-01-31", "2026-01-31T00:00:00.000Z"],
    ["2026-01", "2026-01-01T00:00:00.000Z"],
    ["2026-01-31 09:30", "2026-01-31T09:30:00.000Z"],
    ["2026-01-31T09:30:15.123456+02:00", "2026-01-31T07:30:15.123Z"],
    ["2026-01-31T09:30:15-0330", "2026-01-31T13:00:15.000Z"],
    ["2024-02-29t10:00:00z", "2024-02-29T10:00:00.000Z"],
    ["0099-12-31", "0099-12-31T00:00:00.000Z"],
    ["Sat, 31 Jan 2026 09:30:00 GMT", "2026-01-31T09:30:00.000Z"],
    ["1 Feb 2026 00:00 +0100", "2026-01-31T23:00:00.000Z"],
    [0, "1970-01-01T00:00:00.000Z"],
  ])("reads %j", (value, iso) => {
    expect(instantOf(value)).toBe(Date.parse(iso));
  });

  it.each([
    "",
    "2026",
    "2026-02-30",
    "2026-13-01",
    "2026-00-10",
    "2026-01-31T24:00",
    "31 Foo 2026",
    "01/02/2026",
    "yesterday",
    null,
    true,
    Number.NaN,
    "9".repeat(100),
  ])("cannot read %j", (value) => {
    expect(instantOf(value)).toBeUndefined();
  });
});

it.each<[unknown, number | undefined]>([
  [" 12.50 ", 12.5],
  ["-1e3", -1000],
  [".5", 0.5],
  [7, 7],
  ["1e999", undefined],
  ["12 px", undefined],
  ["0x10", undefined],
  ["", undefined],
  [true, undefined],
  [null, undefined],
])("reads %j as the number %j", (value, number) => {
  expect(numberOf(value)).toBe(number);
});

it("reads line breaks, tabs and backslashes of a separator", () => {
  expect(readSeparator("\\n-\\t-\\\\n-\\x")).toBe("\n-\t-\\n-\\x");
});
