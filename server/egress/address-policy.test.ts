import { describe, expect, it } from "vitest";
import { whyBlocked } from "./address-policy.ts";
import { createGuard, type ResolvedAddress } from "./guard.ts";

const open = createGuard({ allow: () => [], ownListeners: () => [], lookup: async () => [] });
const check = (url: string) => () => open.checkUrl(url);
const refused = expect.objectContaining({ code: "policy", happened: "no" });

describe("addresses", () => {
  it.each(["8.8.8.8", "1.1.1.1", "172.32.0.1", "2606:4700::1111", "::ffff:8.8.8.8"])("%s is public", (address) => {
    expect(whyBlocked(address)).toBeUndefined();
  });

  it.each(
    [
      [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "0.1.2.3",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
      ],
      ["192.0.0.192", "192.0.2.1", "198.18.0.1", "203.0.113.9", "168.63.129.16", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "fec0::1"],
      [
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
        "2002:7f00:1::",
        "2001:0:1::1",
        "100::1",
        "2001:db8::1",
      ],
      ["", "localhost", "127.1", "0x7f000001"],
    ].flat(),
  )("%s is blocked", (address) => {
    expect(whyBlocked(address)).toBeTypeOf("string");
  });
});

describe("URLs", () => {
  it.each(
    [
      ["http://127.0.0.1/", "http://2130706433/", "http://0x7f.1/", "http://0177.0.0.1/", "http://127.1/", "http://127.0.0.1./", "http://①②⑦.0.0.1/"],
      [
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:7f00:1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[2002:7f00:1::]/",
        "http://0/",
        "http://169.254.169.254/",
      ],
    ].flat(),
  )("%s is refused unresolved", (url) => {
    expect(check(url)).toThrow(refused);
  });

  it.each(["ftp://example.com/", "file:///etc/passwd", "data:text/plain,x", "https://user@example.com/", "https://user:word@example.com/"])(
    "%s is refused",
    (url) => {
      expect(check(url)).toThrow(refused);
    },
  );

  it("must be URLs", () => {
    for (const url of ["", "example.com", "http://", "http://[fe80::1%25eth0]/"]) expect(check(url)).toThrow(expect.objectContaining({ code: "validation" }));
    expect(open.checkUrl("https://example.com/a?b=c").hostname).toBe("example.com");
  });
});

describe("resolving", () => {
  const guardWith = (addresses: string[], allow: { host: string; port: number }[] = [], own: { host: string; port: number }[] = []) =>
    createGuard({
      allow: () => allow,
      ownListeners: () => own,
      lookup: async () => addresses.map((address): ResolvedAddress => ({ address, family: address.includes(":") ? 6 : 4 })),
    });
  const target = { host: "service.test", port: 8080 };

  it("gives back what it checked", async () => {
    expect(await guardWith(["93.184.216.34", "2606:4700::1"]).resolve(target)).toEqual([
      { address: "93.184.216.34", family: 4 },
      { address: "2606:4700:0:0:0:0:0:1", family: 6 },
    ]);
  });

  it("refuses a name when any of its addresses is private, and says what to do", async () => {
    await expect(guardWith(["93.184.216.34", "10.0.0.5"]).resolve(target)).rejects.toMatchObject({
      code: "policy",
      message: "service.test leads to 10.0.0.5, a private address. An owner can allow service.test:8080 with HEDDLE_EGRESS_ALLOW.",
    });
    await expect(guardWith(["93.184.216.34", "::ffff:10.0.0.5"]).resolve(target)).rejects.toMatchObject({ code: "policy" });
  });

  it("lets an owner allow exactly one host and port", async () => {
    const byName = guardWith(["10.0.0.5"], [{ host: "Service.Test.", port: 8080 }]);
    expect(await byName.resolve(target)).toHaveLength(1);
    await expect(byName.resolve({ ...target, port: 8081 })).rejects.toMatchObject({ code: "policy" });
    await expect(byName.resolve({ ...target, host: "other.test" })).rejects.toMatchObject({ code: "policy" });
    const byAddress = guardWith(["10.0.0.5"], [{ host: "10.0.0.5", port: 8080 }]);
    expect(await byAddress.resolve(target)).toHaveLength(1);
    expect(byAddress.checkUrl("http://10.0.0.5:8080/").port).toBe("8080");
    expect(() => byAddress.checkUrl("http://10.0.0.6:8080/")).toThrow(refused);
    expect(() => guardWith([], [{ host: "[::1]", port: 80 }]).checkUrl("http://[::1]/")).not.toThrow();
  });

  it.each([
    ["127.0.0.1", "127.0.0.1"],
    ["0.0.0.0", "127.0.0.1"],
    ["::", "127.0.0.1"],
    ["127.0.0.1", "0.0.0.0"],
    ["localhost", "::1"],
    ["127.0.0.1", "::ffff:127.0.0.1"],
    ["service.test", "93.184.216.34"],
  ])("never reaches our own listener on %s through %s", async (host, address) => {
    const guard = guardWith([address], [target, { host: address, port: 8080 }], [{ host, port: 8080 }]);
    await expect(guard.resolve(target)).rejects.toMatchObject({ code: "policy", message: expect.stringContaining("this server itself") });
    expect(await guardWith([address], [{ ...target, port: 9090 }], [{ host, port: 8080 }]).resolve({ ...target, port: 9090 })).toHaveLength(1);
  });

  it("says when a name does not resolve", async () => {
    await expect(guardWith([]).resolve(target)).rejects.toMatchObject({ code: "network", happened: "no" });
  });
});
