import { expect, it } from "vitest";
import { endOfDay, startOfDay } from "../ui/days.ts";
import { actionLabel } from "./audit-words.ts";

it("names actions in words", () => {
  expect(actionLabel("member.role-changed")).toBe("Member: role changed");
});

it("a day lasts from its first instant to that of the next, whatever its length", () => {
  expect(startOfDay("2026-03-10")).toBe(new Date(2026, 2, 10).toISOString());
  expect(endOfDay("2026-03-31")).toBe(new Date(2026, 3, 1).toISOString());
  expect(startOfDay("")).toBeUndefined();
});
