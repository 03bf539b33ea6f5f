import { describe, expect, it } from "vitest";
import type { Mode } from "../../contract/session.ts";
import { createOwnerLink } from "./owner-link.ts";

function setUp() {
  const facts = { mode: "team" as Mode, users: 0, told: [] as (string | null)[] };
  const link = createOwnerLink({
    url: "https://heddle.example",
    mode: () => facts.mode,
    hasUsers: async () => facts.users > 0,
    onChange: (url) => facts.told.push(url),
    lifetimeMs: 60_000,
  });
  const tokenOf = (url: string | null) => url?.split("/").at(-1) ?? "";
  const make = async () => {
    facts.users++;
    return facts.users;
  };
  return { facts, link, tokenOf, make };
}

describe("createOwnerLink", () => {
  it("is offered while team mode has nobody", async () => {
    const { facts, link } = setUp();
    facts.mode = "single-user";
    expect(await link.offer()).toBeNull();
    facts.mode = "team";
    const url = await link.offer();
    expect(url).toMatch(/^https:\/\/heddle\.example\/owner\/[\w-]{43}$/);
    expect(await link.offer()).toBe(url);
    facts.users = 1;
    expect(await link.offer()).toBeNull();
    expect(facts.told).toEqual([url, null]);
  });

  it("lets one in of two who have it", async () => {
    const { facts, link, tokenOf, make } = setUp();
    const url = await link.offer();
    const both = await Promise.allSettled([link.take(tokenOf(url), make), link.take(tokenOf(url), make)]);
    expect(both).toMatchObject([
      { status: "fulfilled", value: 1 },
      { status: "rejected", reason: { code: "conflict" } },
    ]);
    expect(facts.told).toEqual([url, null]);
  });

  it("refuses another token, and is renewed when its use came to nothing", async () => {
    const { facts, link, tokenOf, make } = setUp();
    const url = await link.offer();
    await expect(link.take("another token, quite long", make)).rejects.toMatchObject({ code: "gone" });
    await expect(link.take(tokenOf(url), () => Promise.reject(new Error("the database is away")))).rejects.toThrow("away");
    await expect(link.take(tokenOf(url), make)).rejects.toMatchObject({ code: "gone" });
    const fresh = facts.told.at(-1) ?? null;
    expect(fresh).not.toBe(url);
    expect(await link.take(tokenOf(fresh), make)).toBe(1);
  });
});
