import { describe, expect, it } from "vitest";
import { createCallerAddress } from "./caller-address.ts";

const request = (forwarded: string | undefined, remoteAddress = "127.0.0.1") =>
  ({ headers: { "x-forwarded-for": forwarded }, socket: { remoteAddress } }) as unknown as Parameters<ReturnType<typeof createCallerAddress>>[0];

describe("createCallerAddress", () => {
  it("believes a proxy's last word, where there must be one", () => {
    const addressOf = createCallerAddress({ publicUrl: new URL("https://heddle.example") });
    expect(addressOf(request("6.6.6.6, 203.0.113.9"))).toBe("203.0.113.9");
    expect(addressOf(request("203.0.113.9, nonsense"))).toBe("127.0.0.1");
    expect(addressOf(request(undefined, "::ffff:10.0.0.3"))).toBe("10.0.0.3");
  });

  it("believes no header otherwise", () => {
    expect(createCallerAddress({ publicUrl: undefined })(request("203.0.113.9"))).toBe("127.0.0.1");
    expect(createCallerAddress({ publicUrl: new URL("http://127.0.0.1:4400") })(request("203.0.113.9"))).toBe("127.0.0.1");
  });
});
