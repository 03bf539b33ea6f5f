import type { IncomingMessage } from "node:http";
import { describe, expect, it } from "vitest";
import { createLimits } from "./guards.ts";

const from = (remoteAddress: string) => ({ headers: {}, socket: { remoteAddress } }) as unknown as IncomingMessage;
const limits = () => createLimits(({ socket }) => socket.remoteAddress ?? "unknown");

describe("limits of an address", () => {
  it("count who has a network of IPv6 addresses once", async () => {
    const { guesses } = limits();
    for (let guess = 0; guess < 30; guess++) await guesses.failed(from(`2001:4860:0:1::${guess.toString(16)}`));
    await expect(guesses.check(from("2001:4860:0:1:ffff::1"))).rejects.toMatchObject({ code: "rate-limited" });
    await guesses.check(from("2001:4860:0:2::1"));
  });

  it("end the opening of websockets for one and not for another", async () => {
    const { upgrade } = limits();
    let opened = 0;
    while (opened < 10_000 && (await upgrade(from("203.0.113.9")))) opened++;
    expect(opened).toBe(500);
    expect(await upgrade(from("203.0.113.10"))).toBe(true);
  });
});
