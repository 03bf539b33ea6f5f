import { expect, test } from "vitest";
import type { StoredValues } from "#runtime/graph/stored-value.ts";
import { editablePin, pinnedFrom } from "./pinned-values.ts";

const large = { type: "blob" as const, hash: "a".repeat(64), bytes: 90_000, preview: "[1," };
const pin: StoredValues = { text: { type: "inline", value: "warp" }, list: large };

test("large values are kept by reference while the others are changed", () => {
  expect(editablePin(pin)).toEqual({ text: "warp" });
  expect(pinnedFrom('{ "text": "weft", "more": [1] }', pin)).toEqual({
    ok: true,
    pin: { text: { type: "inline", value: "weft" }, more: { type: "inline", value: [1] }, list: large },
  });
  expect(pinnedFrom("{}", pin)).toEqual({ ok: true, pin: { list: large } });
  expect(pinnedFrom('{ "list": 1 }', pin)).toEqual({ ok: true, pin: { list: { type: "inline", value: 1 } } });
});

test("says what is wrong with what was typed", () => {
  const message = (text: string) => {
    const read = pinnedFrom(text, { text: { type: "inline", value: 1 } });
    return read.ok ? undefined : read.message;
  };
  expect(message("{ oops")).toMatch(/^This is not JSON: /);
  expect(message("[1]")).toMatch(/^This cannot be pinned: /);
  expect(message("{}")).toBe("Give a value for one port at least, or unpin the node.");
  expect(message(JSON.stringify({ text: "x".repeat(70_000) }))).toMatch(/more than 64 KB/);
});
