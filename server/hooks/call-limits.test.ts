import type { IncomingMessage } from "node:http";
import { describe, expect, it, vi } from "vitest";
import { createCallerAddress } from "../auth/caller-address.ts";
import { createCallLimits } from "./call-limits.ts";

const callerAddress = createCallerAddress({ publicUrl: new URL("https://heddle.example") });
const from = (address: string) => ({ headers: { "x-forwarded-for": address }, socket: { remoteAddress: "127.0.0.1" } }) as unknown as IncomingMessage;
const nothing = async () => undefined;

describe("calls of addresses that are none", () => {
  it("are counted for who sends them, not for the proxy they come through", async () => {
    const limits = createCallLimits({ callerAddress, misses: { points: 2 } });
    for (let miss = 0; miss < 2; miss++) expect(await limits.guess(from("203.0.113.9"), nothing)).toBeUndefined();
    await expect(limits.guess(from("203.0.113.9"), nothing)).rejects.toMatchObject({ code: "rate-limited" });
    expect(await limits.guess(from("203.0.113.10"), nothing)).toBeUndefined();
  });

  it("do not keep those that are some from being found", async () => {
    const limits = createCallLimits({ callerAddress, misses: { points: 1 } });
    await limits.guess(from("203.0.113.9"), nothing);
    await expect(limits.guess(from("203.0.113.9"), nothing)).rejects.toMatchObject({ code: "rate-limited" });
    expect(await limits.guess(from("203.0.113.9"), async () => "hook")).toBe("hook");
  });

  it("cost no more looks when there is a flood of them", async () => {
    const limits = createCallLimits({ callerAddress, misses: { points: 1 } });
    const look = vi.fn(nothing);
    for (let miss = 0; miss < 100; miss++) await limits.guess(from("203.0.113.9"), look).catch(() => undefined);
    expect(look.mock.calls.length).toBeLessThan(30);
    expect(await limits.guess(from("203.0.113.10"), async () => "hook")).toBe("hook");
  });
});
