import { expect, it } from "vitest";
import { byteRange } from "./byte-range.ts";

it.each([
  [undefined, undefined],
  ["bytes=0-9", { start: 0, end: 9 }],
  ["bytes=90-", { start: 90, end: 99 }],
  ["bytes=-10", { start: 90, end: 99 }],
  ["bytes=-1000", { start: 0, end: 99 }],
  ["bytes=99-1000", { start: 99, end: 99 }],
  ["bytes=100-", "unsatisfiable"],
  ["bytes=-0", "unsatisfiable"],
  ["bytes=9-1", undefined],
  ["bytes=0-1,5-6", undefined],
  ["bytes=-", undefined],
  ["lines=0-1", undefined],
])("reads %s of 100 bytes", (header, expected) => {
  expect(byteRange(header, 100)).toEqual(expected);
});

it("has no range of an empty file", () => {
  expect([byteRange("bytes=0-", 0), byteRange("bytes=-5", 0)]).toEqual(["unsatisfiable", "unsatisfiable"]);
});
