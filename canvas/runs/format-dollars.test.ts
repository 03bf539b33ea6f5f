import { expect, test } from "vitest";
import { formatDollars, parseDollars } from "./format-dollars.ts";

test("dollars have two decimals, and what is less than a cent is not told as nothing", () => {
  expect(formatDollars(0)).toBe("$0.00");
  expect(formatDollars(0.004)).toBe("< $0.01");
  expect(formatDollars(12.345)).toMatch(/^\$12\.3[45]$/);
});

test("a budget is a sum that is not negative", () => {
  expect(parseDollars(" $2.50 ")).toBe(2.5);
  expect(parseDollars("0")).toBe(0);
  for (const typed of ["", "-1", "two", "1e9"]) expect(parseDollars(typed)).toBeUndefined();
});
