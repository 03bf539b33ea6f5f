import { chmod, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openTokenFile } from "./token-file.ts";

let directory: string;
let file: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "heddle-token-"));
  file = join(directory, "token");
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const modeOf = async () => (await stat(file)).mode & 0o777;

describe("openTokenFile", () => {
  it("makes a token once, for its owner alone", async () => {
    const token = await openTokenFile(file);
    expect(token.length).toBeGreaterThan(40);
    expect(await readFile(file, "utf8")).toBe(`${token}\n`);
    expect(await modeOf()).toBe(0o600);
    expect(await openTokenFile(file)).toBe(token);
  });

  it("closes a file that others could read", async () => {
    await openTokenFile(file);
    await chmod(file, 0o644);
    await openTokenFile(file);
    expect(await modeOf()).toBe(0o600);
  });

  it("refuses an empty one: an empty token would be easy to guess", async () => {
    await writeFile(file, "\n");
    await expect(openTokenFile(file)).rejects.toThrow("too short");
  });
});
