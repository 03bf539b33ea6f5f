import { describe, expect, it, vi } from "vitest";
import { createAttempts } from "./attempts.ts";

const fail = () => Promise.reject(new Error("wrong"));

describe("createAttempts", () => {
  it("stops at the tenth failure of either key, and tells how long", async () => {
    const attempts = createAttempts();
    const retryAfter = vi.fn();
    for (let count = 0; count < 10; count++)
      await expect(attempts.guard([`address:${count}`, "email:a"], { attempt: fail, retryAfter })).rejects.toThrow("wrong");
    const attempt = vi.fn(async () => "in");
    await expect(attempts.guard(["address:x", "email:a"], { attempt, retryAfter })).rejects.toMatchObject({ code: "rate-limited" });
    expect(attempt).not.toHaveBeenCalled();
    expect(retryAfter.mock.calls[0]?.[0]).toBeGreaterThan(0);
    expect(await attempts.guard(["address:x", "email:b"], { attempt, retryAfter })).toBe("in");
  });

  it("counts attempts that are made at once", async () => {
    const attempts = createAttempts({ failures: 3 });
    const attempt = vi.fn(fail);
    await Promise.allSettled(Array.from({ length: 20 }, () => attempts.guard(["email:a"], { attempt, retryAfter: () => undefined })));
    expect(attempt).toHaveBeenCalledTimes(3);
  });

  it("forgets the failures of whoever succeeds, and counts no success", async () => {
    const attempts = createAttempts({ failures: 2 });
    const given = { retryAfter: () => undefined };
    await expect(attempts.guard(["address:a", "email:a"], { ...given, attempt: fail })).rejects.toThrow("wrong");
    for (let count = 0; count < 5; count++) await attempts.guard(["address:a", "email:a"], { ...given, attempt: async () => undefined });
    await expect(attempts.guard(["email:a"], { ...given, attempt: fail })).rejects.toThrow("wrong");
    await expect(attempts.guard(["email:a"], { ...given, attempt: async () => "in" })).resolves.toBe("in");
  });
});
