import { describe, expect, it } from "vitest";
import { createCallerAddress, limitKey } from "./caller-address.ts";

const request = (forwarded: string | undefined, remoteAddress = "127.0.0.1") =>
  ({ headers: { "x-forwarded-for": forwarded }, socket: { remoteAddress } }) as unknown as Parameters<ReturnType<typeof createCallerAddress>>[0];

describe("createCallerAddress", () => {
  it("believes a proxy's last word, where there must be one", () => {
    const addressOf = createCallerAddress({ publicUrl: new URL("https://heddle.example") });
    expect(addressOf(request("6.6.6.6, 203.0.113.9"))).toBe("203.0.113.9");
    expect(addressOf(request("203.0.113.9, nonsense"))).toBe("127.0.0.1");
    expect(addressOf(request(undefined, "::ffff:10.0.0.3"))).toBe("10.0.0.3");
  });

  it("believes no header from a public address: that is a caller who goes around the proxy", () => {
    const addressOf = createCallerAddress({ publicUrl: new URL("https://heddle.example") });
    expect(addressOf(request("203.0.113.9", "198.51.100.7"))).toBe("198.51.100.7");
    expect(addressOf(request("203.0.113.9", "2001:4860::1"))).toBe("2001:4860::1");
    expect(addressOf(request("203.0.113.9", "fd00::1"))).toBe("203.0.113.9");
    expect(addressOf(request("::ffff:203.0.113.9", "172.17.0.1"))).toBe("203.0.113.9");
  });

  it("believes no header otherwise", () => {
    expect(createCallerAddress({ publicUrl: undefined })(request("203.0.113.9"))).toBe("127.0.0.1");
    expect(createCallerAddress({ publicUrl: new URL("http://127.0.0.1:4400") })(request("203.0.113.9"))).toBe("127.0.0.1");
  });
});

describe("limitKey", () => {
  it("counts a network of IPv6 addresses as one caller, and each IPv4 address by itself", () => {
    expect(limitKey("2001:4860:0:1:aaaa::1")).toBe(limitKey("2001:4860:0:1:ffff:ffff:ffff:ffff"));
    expect(limitKey("2001:4860:0:1::1")).not.toBe(limitKey("2001:4860:0:2::1"));
    expect(limitKey("fe80::1%eth0")).toBe(limitKey("fe80::2"));
    expect(limitKey("203.0.113.9")).toBe("203.0.113.9");
    expect(limitKey("unknown")).toBe("unknown");
  });
});
