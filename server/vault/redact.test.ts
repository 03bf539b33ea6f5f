import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodingsOf } from "./encodings.ts";
import { createRedactor, REDACTED } from "./redact.ts";

const redactorOf = (...secrets: string[]) => {
  const redactor = createRedactor();
  for (const secret of secrets) redactor.conceal(secret);
  return redactor;
};
const secretText = fc.string({ minLength: 4, maxLength: 40, unit: "grapheme" }).filter((text) => text.length >= 4 && !REDACTED.includes(text));

/** Ways in which an answer may hold a secret. */
const WAYS: Record<string, (secret: string) => string> = {
  "as it is": (secret) => `Bearer ${secret}`,
  base64: (secret) => Buffer.from(secret).toString("base64"),
  base64url: (secret) => Buffer.from(secret).toString("base64url"),
  "a part of the address": encodeURIComponent,
  "a form": (secret) => new URLSearchParams({ key: secret }).toString(),
  hex: (secret) => Buffer.from(secret).toString("hex"),
  HEX: (secret) => Buffer.from(secret).toString("hex").toUpperCase(),
  JSON: (secret) => JSON.stringify({ token: secret }),
  "JSON in JSON": (secret) => JSON.stringify(JSON.stringify({ token: secret })),
  "a web page": (secret) => `<p>${secret.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;")}</p>`,
};

describe("a redactor", () => {
  it.each(Object.entries(WAYS))("takes secrets out of what holds them as %s", (_name, write) => {
    fc.assert(
      fc.property(secretText, fc.string(), fc.string(), (secret, before, after) => {
        const written = write(secret);
        const told = redactorOf(secret).text(`${before}${written}${after}`);
        expect(told).toContain(REDACTED);
        expect(told.replaceAll(REDACTED, "\0")).not.toContain(secret);
      }),
      { numRuns: 150 },
    );
  });

  it("leaves nothing of a secret in base64 of a longer text, wherever it begins", () => {
    const secret = "canary-7d1f0c53";
    for (const user of ["", "a", "ab", "abc", "somebody"]) {
      const pair = Buffer.from(`${user}:${secret}`).toString("base64");
      const told = redactorOf(secret).text(`Basic ${pair}`);
      // what is left decodes to the name, and at most two bits of the characters beside it
      const [, kept = ""] = told.split(" ");
      expect(Buffer.from(kept.split("[")[0] ?? "", "base64").toString()).not.toContain("can");
      expect(told).toContain(REDACTED);
    }
  });

  it("never leaves any encoding of any of many secrets, however they overlap", () => {
    const parts = fc.array(fc.constantFrom("ab", "ba", "aab", "c", "abc"), { minLength: 3, maxLength: 8 }).map((list) => list.join(""));
    fc.assert(
      fc.property(fc.array(parts, { minLength: 1, maxLength: 12 }), parts, (secrets, text) => {
        const told = redactorOf(...secrets).text(text);
        for (const secret of secrets) {
          for (const encoded of encodingsOf(secret)) expect(told.replaceAll(REDACTED, "\0")).not.toContain(encoded);
        }
      }),
    );
  });

  it("goes through values with their keys, and gives back the same object where nothing was found", () => {
    const redactor = redactorOf("s3cr3t", "12345678");
    const clean = { a: [1, { b: "fine" }], none: null };
    expect(redactor.value(clean)).toBe(clean);
    const value = { clean, "s3cr3t-key": ["s3cr3t", { deep: "x s3cr3t y" }], number: 12345678, other: 123 };
    expect(redactor.value(value)).toEqual({ clean, "[redacted]-key": ["[redacted]", { deep: "x [redacted] y" }], number: "[redacted]", other: 123 });
    expect(redactor.value(value).clean).toBe(clean);
  });

  it("goes as deep as a value does", () => {
    let value: unknown = "s3cr3t";
    for (let depth = 0; depth < 100_000; depth++) value = [value];
    let told = redactorOf("s3cr3t").value(value);
    while (Array.isArray(told)) [told] = told;
    expect(told).toBe(REDACTED);
  });

  it("holds back what may become a secret in a text that comes in pieces", () => {
    fc.assert(
      fc.property(secretText, fc.tuple(fc.string(), fc.string()), fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1 }), (secret, around, sizes) => {
        const [before, after] = around;
        const redactor = redactorOf(secret);
        const stream = redactor.stream();
        const all = `${before}${secret}${after}`;
        let told = "";
        for (let [at, turn] = [0, 0]; at < all.length; turn++) {
          const size = sizes[turn % sizes.length] ?? 1;
          told += stream.push(all.slice(at, at + size));
          at += size;
        }
        told += stream.end();
        expect(told.replaceAll(REDACTED, "\0")).not.toContain(secret);
        expect(told).toContain(REDACTED);
      }),
    );
  });

  it("gives a text without secrets back piece by piece", () => {
    const stream = redactorOf("s3cr3t").stream();
    expect([stream.push("plain "), stream.push("text s3c"), stream.push("ond"), stream.end()].join("")).toBe("plain text s3cond");
  });

  it("leaves texts of three characters alone", () => {
    expect(redactorOf("abc").text("abcabc")).toBe("abcabc");
  });

  it("looks at each character of a long text a bounded number of times, however many secrets there are", () => {
    const secrets = Array.from({ length: 300 }, (_, index) => `${"a".repeat(60)}${index}`);
    const redactor = redactorOf(...secrets);
    const text = "a".repeat(2_000_000);
    expect(redactor.text(text)).toBe(text);
  });
});
