import { describe, expect, it, vi } from "vitest";
import { ApiError } from "../../api-error.ts";
import { countedBy, createAttempts } from "./attempts.ts";

const at = (...keys: string[]) => keys.map((key) => ({ key }));
const fail = () => Promise.reject(new Error("wrong"));

describe("createAttempts", () => {
  it("stops at the tenth failure of either key, and tells how long", async () => {
    const attempts = createAttempts();
    const retryAfter = vi.fn();
    for (let count = 0; count < 10; count++)
      await expect(attempts.guard(at(`address:${count}`, "email:a"), { attempt: fail, retryAfter })).rejects.toThrow("wrong");
    const attempt = vi.fn(async () => "in");
    await expect(attempts.guard(at("address:x", "email:a"), { attempt, retryAfter })).rejects.toMatchObject({ code: "rate-limited" });
    expect(attempt).not.toHaveBeenCalled();
    expect(retryAfter.mock.calls[0]?.[0]).toBeGreaterThan(0);
    expect(await attempts.guard(at("address:x", "email:b"), { attempt, retryAfter })).toBe("in");
  });

  it("counts attempts that are made at once", async () => {
    const attempts = createAttempts({ failures: 3 });
    const attempt = vi.fn(fail);
    await Promise.allSettled(Array.from({ length: 20 }, () => attempts.guard(at("email:a"), { attempt, retryAfter: () => undefined })));
    expect(attempt).toHaveBeenCalledTimes(3);
  });

  it("forgets the failures of whoever succeeds, and counts no success", async () => {
    const attempts = createAttempts({ failures: 2 });
    const given = { retryAfter: () => undefined };
    const both = [{ key: "address:a" }, { key: "email:a", isForgiven: true }];
    await expect(attempts.guard(both, { ...given, attempt: fail })).rejects.toThrow("wrong");
    for (let count = 0; count < 5; count++) await attempts.guard(both, { ...given, attempt: async () => undefined });
    for (let count = 0; count < 2; count++) await expect(attempts.guard(at("email:a"), { ...given, attempt: fail })).rejects.toThrow("wrong");
    await expect(attempts.guard(at("address:a"), { ...given, attempt: fail })).rejects.toThrow("wrong");
    await expect(attempts.guard(both, { ...given, attempt: async () => "in" })).rejects.toMatchObject({ code: "rate-limited" });
  });

  it("counts nothing that was not tried for want of time, and says when to come again", async () => {
    const attempts = createAttempts({ failures: 1 });
    const retryAfter = vi.fn();
    const busy = () => Promise.reject(new ApiError("unavailable", "Later."));
    for (let count = 0; count < 3; count++)
      await expect(attempts.guard(at("email:a"), { attempt: busy, retryAfter })).rejects.toMatchObject({ code: "unavailable" });
    expect(retryAfter.mock.calls[0]?.[0]).toBeGreaterThan(0);
    await expect(attempts.guard(at("email:a"), { attempt: async () => "in", retryAfter })).resolves.toBe("in");
  });
});

describe("countedBy", () => {
  /** How many of `tries` are made, each with another address or not. */
  const made = async (tries: number, addressOf: (index: number) => string) => {
    const attempts = createAttempts();
    const attempt = vi.fn(fail);
    const keysOf = (index: number) => countedBy({ kind: "sign-in", address: addressOf(index), about: "ada@example.org" });
    for (let index = 0; index < tries; index++) await attempts.guard(keysOf(index), { attempt, retryAfter: () => undefined }).catch(() => undefined);
    return attempt.mock.calls.length;
  };

  it("closes an account to one address long before it closes it to all", async () => {
    expect(await made(40, () => "192.0.2.1")).toBe(10);
    expect(await made(140, (index) => `192.0.2.${index}`)).toBe(100);
  });

  it("closes an address that fails at many accounts", async () => {
    const attempts = createAttempts();
    const attempt = vi.fn(fail);
    for (let index = 0; index < 40; index++) {
      const keys = countedBy({ kind: "sign-in", address: "192.0.2.1", about: `${index}@example.org` });
      await attempts.guard(keys, { attempt, retryAfter: () => undefined }).catch(() => undefined);
    }
    expect(attempt).toHaveBeenCalledTimes(30);
  });
});
