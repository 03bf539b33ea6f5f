import { describe, expect, it } from "vitest";
import { nameOf } from "./use-name-of.ts";

describe("nameOf", () => {
  const names = new Map([["user_ada", "Ada"]]);

  it.each([
    ["user_me", "you"],
    ["user_ada", "Ada"],
    ["user_gone", "somebody else"],
    ["webhook", "webhook"],
    ["run_x", "run_x"],
  ])("%s is called %s", (actor, name) => {
    expect(nameOf(actor, { self: "user_me", names })).toBe(name);
  });
});
