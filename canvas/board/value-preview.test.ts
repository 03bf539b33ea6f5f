import { expect, test } from "vitest";
import type { Json } from "#runtime/graph/json.ts";
import { previewOf } from "./value-preview.ts";

const preview = (value: Json) => previewOf({ type: "inline", value });

test("a value is told in a few characters of one line", () => {
  expect(preview("Once\n  upon a time")).toBe("Once upon a time");
  expect(preview("x".repeat(100))).toMatch(/^x{20,}…$/);
  expect(preview("x".repeat(100)).length).toBeLessThanOrEqual(26);
  expect(preview(" ")).toBe("empty text");
  expect(preview(42)).toBe("42");
  expect(preview(null)).toBe("null");
  expect(preview([])).toBe("0 items");
  expect(preview(["a"])).toBe("1 item");
  expect(preview({})).toBe("{ }");
  expect(preview({ id: 1, name: "a" })).toBe("{ id, name }");
});

test("a large value is told by its beginning and its size", () => {
  expect(previewOf({ type: "blob", hash: "h", bytes: 71 * 1_024, preview: '[{"index":0,"text":"line 0"}' })).toMatch(/^\[\{"in.*… \(71 KB\)$/);
});
