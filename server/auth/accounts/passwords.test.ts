import { argon2Sync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { hashPassword, isOutdated, verifyPassword } from "./passwords.ts";

const PASSWORD = "correct horse battery staple";

describe("passwords", () => {
  it("are kept as argon2id, each with a salt of its own", async () => {
    const [first, second] = await Promise.all([hashPassword(PASSWORD), hashPassword(PASSWORD)]);
    expect(first).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(second).not.toBe(first);
    expect(isOutdated(first)).toBe(false);
  });

  it("fit or do not", async () => {
    const hash = await hashPassword(PASSWORD);
    expect(await verifyPassword({ hash, password: PASSWORD })).toBe(true);
    expect(await verifyPassword({ hash, password: `${PASSWORD}.` })).toBe(false);
    expect(await verifyPassword({ hash: await hashPassword("Å\u0301ngström"), password: "\u212b\u0301ngström" })).toBe(true);
  });

  it("are hashed one after another, however many come at once", async () => {
    const hash = await hashPassword(PASSWORD);
    const guesses = Array.from({ length: 9 }, (_guess, index) => verifyPassword({ hash, password: index === 4 ? PASSWORD : `guess ${index}` }));
    expect(await Promise.all(guesses)).toEqual(guesses.map((_guess, index) => index === 4));
    await expect(verifyPassword({ hash: "$argon2id$v=19$m=1,t=1,p=9$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaA", password: "x" })).rejects.toThrow();
    expect(await verifyPassword({ hash, password: PASSWORD })).toBe(true);
  });

  it("wait for their turn, so many and no more", async () => {
    const quick = "$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaA";
    const outcomes = await Promise.allSettled(Array.from({ length: 110 }, () => verifyPassword({ hash: quick, password: PASSWORD })));
    const refused = outcomes.filter((outcome) => outcome.status === "rejected");
    expect(refused).toHaveLength(8);
    expect(refused[0]).toMatchObject({ reason: { code: "unavailable" } });
    expect(await verifyPassword({ hash: quick, password: PASSWORD })).toBe(false);
  });

  it.each(["", "plain", "$2b$10$abcdefghijklmnopqrstuv", "$argon2id$v=19$m=19456,t=2,p=1$short$x"])("refuse the hash %j", async (hash) => {
    expect(await verifyPassword({ hash, password: "" })).toBe(false);
    expect(isOutdated(hash)).toBe(true);
  });

  it("of weaker parameters fit, and are told to be hashed again", async () => {
    const salt = Buffer.alloc(16, 7);
    const tag = argon2Sync("argon2id", { message: PASSWORD, nonce: salt, parallelism: 1, tagLength: 32, memory: 64, passes: 1 });
    const bare = (bytes: Buffer) => bytes.toString("base64").replace(/=+$/, "");
    const hash = `$argon2id$v=19$m=64,t=1,p=1$${bare(salt)}$${bare(tag)}`;
    expect(await verifyPassword({ hash, password: PASSWORD })).toBe(true);
    expect(isOutdated(hash)).toBe(true);
  });
});
