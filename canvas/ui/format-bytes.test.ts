import { expect, test } from "vitest";
import { formatBytes } from "./format-bytes.ts";

test("sizes have the unit that reads best", () => {
  expect([512, 2_048, 3_565_158, 3 * 1_024 ** 3].map(formatBytes)).toEqual(["512 B", "2 KB", "3.4 MB", "3.0 GB"]);
});

test("no size is told as 1,024 of a unit", () => {
  expect([1_024 ** 2 - 1, 1_024 ** 3 - 1, 1_024 ** 3].map(formatBytes)).toEqual(["1.0 MB", "1.0 GB", "1.0 GB"]);
});
