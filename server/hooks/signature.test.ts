import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { isSigned, signingSecretOf } from "./signature.ts";

const body = Buffer.from('{"a":1}');
const digits = (secret: string, content = body) => createHmac("sha256", secret).update(content).digest("hex");

describe("isSigned", () => {
  const given = { secret: "s3cret", body, prefix: "sha256=" };

  it("takes the HMAC of the body, in either case of its digits", () => {
    expect(isSigned({ ...given, header: `sha256=${digits("s3cret")}` })).toBe(true);
    expect(isSigned({ ...given, header: `sha256=${digits("s3cret").toUpperCase()}` })).toBe(true);
    expect(isSigned({ ...given, prefix: "", header: digits("s3cret") })).toBe(true);
  });

  it.each([
    ["another secret", `sha256=${digits("other")}`],
    ["another body", `sha256=${digits("s3cret", Buffer.from("{}"))}`],
    ["no prefix", digits("s3cret")],
    ["too few digits", `sha256=${digits("s3cret").slice(2)}`],
    ["no hexadecimal digits", `sha256=${"z".repeat(64)}`],
    ["nothing", undefined],
  ])("refuses %s", (_name, header) => {
    expect(isSigned({ ...given, header })).toBe(false);
  });

  it("refuses a header that was sent twice", () => {
    expect(isSigned({ ...given, header: [`sha256=${digits("s3cret")}`] })).toBe(false);
  });
});

describe("signingSecretOf", () => {
  const key = Buffer.alloc(32, 7);

  it("is the same every time, and another one for each hook, generation and installation", () => {
    const secret = signingSecretOf(key, { id: "hook_a", generation: 1 });
    expect(signingSecretOf(key, { id: "hook_a", generation: 1 })).toBe(secret);
    const others = [
      signingSecretOf(key, { id: "hook_a", generation: 2 }),
      signingSecretOf(key, { id: "hook_b", generation: 1 }),
      signingSecretOf(Buffer.alloc(32, 8), { id: "hook_a", generation: 1 }),
    ];
    expect(new Set([secret, ...others]).size).toBe(4);
  });
});
