import { describe, expect, it } from "vitest";
import { addressOf, furtherHosts, isBound } from "./bound-hosts.ts";

describe("where a credential may be sent", () => {
  it.each([
    [["api.example.org"], "https://api.example.org/a?b", true],
    [["api.example.org"], "https://API.Example.org./", true],
    [["api.example.org"], "http://api.example.org/", false],
    [["api.example.org"], "https://api.example.org:8443/", false],
    [["api.example.org"], "https://evil-api.example.org/", false],
    [["api.example.org"], "https://api.example.org.evil.test/", false],
    [["api.example.org:8443"], "https://api.example.org:8443/", true],
    [["api.example.org:8443"], "https://api.example.org/", false],
    [["localhost:80"], "http://localhost/", true],
    [["*.example.org"], "https://a.b.example.org/", true],
    [["*.example.org"], "https://example.org/", false],
    [["*.example.org"], "https://badexample.org/", false],
    [["*.0.0.1:80"], "http://127.0.0.1/", false],
    [["[::1]:9000"], "http://[0:0:0:0:0:0:0:1]:9000/", true],
    [["127.0.0.1:9000"], "http://0x7f.1:9000/", true],
    [["a.example.org", "b.example.org"], "https://b.example.org/", true],
  ])("%j covers %s: %s", (hosts, url, expected) => {
    expect(isBound(hosts, new URL(url))).toBe(expected);
  });

  it.each([
    [["a.example.org"], ["*.example.org"], []],
    [["*.a.example.org"], ["*.example.org"], []],
    [["A.example.org"], ["a.example.org"], []],
    [["*.example.org"], ["a.example.org"], ["*.example.org"]],
    [["*.example.org"], ["*.a.example.org"], ["*.example.org"]],
    [["example.org"], ["*.example.org"], ["example.org"]],
    [["a.example.org:8443"], ["a.example.org", "*.example.org"], ["a.example.org:8443"]],
    [["a.example.org", "evil.test"], ["a.example.org"], ["evil.test"]],
  ])("%j beyond %j: %j", (hosts, known, expected) => {
    expect(furtherHosts(hosts, known)).toEqual(expected);
  });

  it("has an address to be tested at, unless its first host stands for many", () => {
    expect(addressOf(["api.example.org", "other.test"])).toBe("https://api.example.org/");
    expect(addressOf(["127.0.0.1:9000"])).toBe("http://127.0.0.1:9000/");
    expect(addressOf(["*.example.org"])).toBeUndefined();
  });
});
