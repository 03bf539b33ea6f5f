import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { heldDataDirectory, openDataDirectory } from "./data-directory.ts";
import { asDataDirectoryError, DataDirectoryError, DataDirectoryHeldError } from "./data-directory-errors.ts";
import { startTestProcess } from "./test-process.ts";

let parent: string;
let root: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), "heddle-data-"));
  root = join(parent, "data");
});
afterEach(() => rm(parent, { recursive: true, force: true }));

const moduleUrl = new URL("./data-directory.ts", import.meta.url).href;

function startHolder(last = "setInterval(() => {}, 1000)") {
  return startTestProcess(`
    import { openDataDirectory } from ${JSON.stringify(moduleUrl)};
    await openDataDirectory(${JSON.stringify(root)}).then(() => console.log("held"), (error) => { console.log(error.message); process.exit(1); });
    ${last};
  `);
}

describe("openDataDirectory", () => {
  it("creates the folder for its owner alone and gives paths in it", async () => {
    const directory = await openDataDirectory(root);
    expect((await stat(root)).mode & 0o777).toBe(0o700);
    expect(directory.path("blobs", "ab")).toBe(join(directory.path(), "blobs", "ab"));
    expect(heldDataDirectory(root)).toBe(directory);
    await directory.release();
    await directory.release();
    expect(heldDataDirectory(root)).toBeUndefined();
    expect(existsSync(join(root, "heddle.lock"))).toBe(false);
  });

  it("refuses a second opening in the same process, and its refusal leaves the lock alone", async () => {
    const directory = await openDataDirectory(root);
    await expect(openDataDirectory(root)).rejects.toBeInstanceOf(DataDirectoryHeldError);
    expect(existsSync(join(root, "heddle.lock"))).toBe(true);
    await directory.release();
  });

  it("refuses a second process with the pid of the first, and lets it in when that one was killed", async () => {
    const holder = startHolder();
    expect(await holder.line()).toBe("held");
    const refused = await openDataDirectory(root).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(DataDirectoryHeldError);
    expect(String(refused)).toMatch(new RegExp(`is held by process ${holder.pid} \\(started .+\\)\\. Stop it, or use another HEDDLE_DATA\\.`));
    await holder.kill();
    const directory = await openDataDirectory(root);
    await directory.release();
  });

  it("gives the lock back when its process ends by itself", async () => {
    const holder = startHolder("process.exit(0)");
    expect(await holder.line()).toBe("held");
    await holder.ended;
    expect(existsSync(join(root, "heddle.lock"))).toBe(false);
  });

  it("clears away what a process left that was killed while it replaced a stale lock", async () => {
    const holder = startHolder();
    await holder.line();
    await holder.kill();
    const aside = join(root, "heddle.lock.1b2c3d4e");
    await writeFile(aside, await readFile(join(root, "heddle.lock")));
    const directory = await openDataDirectory(root);
    expect(existsSync(aside)).toBe(false);
    await directory.release();
  });

  it("lets exactly one of several processes replace a stale lock", async () => {
    const dead = startHolder();
    await dead.line();
    await dead.kill();
    const rivals = Array.from({ length: 4 }, () => startHolder());
    const lines = await Promise.all(rivals.map((rival) => rival.line()));
    expect(lines.filter((line) => line === "held")).toHaveLength(1);
    expect(lines.filter((line) => line?.includes("is held by process"))).toHaveLength(3);
    await Promise.all(rivals.map((rival) => rival.kill()));
  });

  describe("a lock that was left behind", () => {
    async function leaveLock(change: Record<string, unknown>): Promise<void> {
      const directory = await openDataDirectory(root);
      const own: unknown = JSON.parse(await readFile(join(root, "heddle.lock"), "utf8"));
      await directory.release();
      await writeFile(join(root, "heddle.lock"), JSON.stringify({ ...Object(own), nonce: "another", ...change }));
    }

    it("is stale when its pid now belongs to a later process", async () => {
      await leaveLock({ startTicks: "1" });
      await (await openDataDirectory(root)).release();
    });

    it("is stale when the machine has been started again", async () => {
      await leaveLock({ bootId: "another boot" });
      await (await openDataDirectory(root)).release();
    });

    it("of another host is respected while it is touched, and stale afterwards", async () => {
      await leaveLock({ host: "elsewhere.example", pid: 1 });
      await expect(openDataDirectory(root)).rejects.toThrow("held by process 1 on elsewhere.example");
      const old = new Date(Date.now() - 60_000);
      await utimes(join(root, "heddle.lock"), old, old);
      await (await openDataDirectory(root)).release();
    });

    it("is stale when it cannot be read and nobody is writing it", async () => {
      await leaveLock({});
      await writeFile(join(root, "heddle.lock"), '{"pid":');
      const old = new Date(Date.now() - 60_000);
      await utimes(join(root, "heddle.lock"), old, old);
      await (await openDataDirectory(root)).release();
    });
  });

  it("does not remove the lock of a process that took over", async () => {
    const directory = await openDataDirectory(root);
    await writeFile(join(root, "heddle.lock"), JSON.stringify({ taken: "by another" }));
    await directory.release();
    expect(existsSync(join(root, "heddle.lock"))).toBe(true);
  });

  it("says what to do when the path leads through a file", async () => {
    await writeFile(join(parent, "file"), "");
    const error = await openDataDirectory(join(parent, "file", "data")).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DataDirectoryError);
    expect(error).toMatchObject({ message: expect.stringContaining("a part of its path is a file"), advice: "Set HEDDLE_DATA to a folder." });
  });

  it("says what to do about missing rights and a full disk", () => {
    const systemError = (code: string) => Object.assign(new Error(code), { code });
    expect(asDataDirectoryError(systemError("EACCES"), "/data")).toMatchObject({
      message: "The data directory /data may not be written by this user (EACCES).",
    });
    expect(asDataDirectoryError(systemError("ENOSPC"), "/data")).toMatchObject({ advice: "Free some space there and start again." });
  });
});
