import { cp, mkdir, mkdtemp, readdir, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { count, sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DataDirectoryHeldError } from "../../data-directory-errors.ts";
import { startTestProcess } from "../../test-process.ts";
import { jobs } from "../schema/jobs.ts";
import { DatabaseCorruptError } from "./database-errors.ts";
import { openDatabase } from "./open-database.ts";

const parent = await mkdtemp(join(tmpdir(), "heddle-pglite-"));
afterAll(() => rm(parent, { recursive: true, force: true }));

const moduleUrl = JSON.stringify(new URL("./open-database.ts", import.meta.url).href);
const schemaUrl = JSON.stringify(new URL("../schema/jobs.ts", import.meta.url).href);

/** Opens the directory in a process of its own; it prints `open`, and then the number of each row that the database has acknowledged. */
const startWriter = (directory: string) =>
  startTestProcess(`
    import { openDatabase } from ${moduleUrl};
    import { jobs } from ${schemaUrl};
    const database = await openDatabase({ dataDirectory: ${JSON.stringify(directory)} });
    console.log("open");
    for (let number = 1; ; number += 1) {
      const insert = (db) => db.insert(jobs).values({ id: "job_" + number, workspaceId: "workspace_default", kind: "test", state: "queued" });
      await (number % 2 ? insert(database.db) : database.transaction(insert));
      console.log(number);
    }
  `);

describe("the embedded database after a kill", () => {
  it("has every row that it acknowledged, and refused a second process before", async () => {
    const directory = join(parent, "durable");
    const writer = startWriter(directory);
    expect(await writer.line()).toBe("open");
    await expect(openDatabase({ dataDirectory: directory })).rejects.toBeInstanceOf(DataDirectoryHeldError);
    let acknowledged = 0;
    while (acknowledged < 200) acknowledged = Number(await writer.line());
    await writer.kill();
    for (let line = await writer.line(); line !== undefined; line = await writer.line()) acknowledged = Number(line);
    const database = await openDatabase({ dataDirectory: directory });
    const [stored] = await database.db.select({ rows: count() }).from(jobs);
    await database.close();
    expect(stored?.rows).toBeGreaterThanOrEqual(acknowledged);
    expect(stored?.rows).toBeLessThanOrEqual(acknowledged + 1);
  });

  it("opens wherever its creation was cut off", async () => {
    const directory = join(parent, "cut-off");
    for (const delay of [0, 50, 100, 200, 400, 600]) {
      const writer = startWriter(directory);
      await expect.poll(() => readdir(directory).catch(() => []), { timeout: 30_000 }).toContainEqual(expect.stringMatching(/^database(\.new-.*)?$/));
      await new Promise((resolve) => setTimeout(resolve, delay));
      await writer.kill();
      if (delay < 100) expect(await readdir(directory)).not.toContain("database");
    }
    const database = await openDatabase({ dataDirectory: directory });
    await database.close();
    expect(await readdir(directory)).toEqual(["database"]);
  }, 60_000);
});

describe("an engine that panics", () => {
  it("fails what waits for it and everything after, instead of hanging", async () => {
    const directory = join(parent, "panic");
    const database = await openDatabase({ dataDirectory: directory });
    await rm(join(directory, "database/pg_wal"), { recursive: true });
    const fill = async () => {
      for (;;) await database.db.execute(sql`select pg_switch_wal(), pg_logical_emit_message(true, 'test', repeat('x', 100000))`);
    };
    await expect(fill()).rejects.toMatchObject({
      cause: { name: "DatabaseUnavailableError", message: expect.stringMatching(/^The embedded database stopped: PANIC/) },
    });
    await expect(database.ping()).rejects.toThrow("The embedded database stopped");
    await expect(database.transaction((tx) => tx.select().from(jobs))).rejects.toThrow();
    await database.close();
  });
});

describe("a directory that is no longer a database", () => {
  const sound = join(parent, "sound");
  beforeAll(async () => {
    const database = await openDatabase({ dataDirectory: sound });
    await database.close();
  });

  const damages: { what: string; damage: (database: string) => Promise<void> }[] = [
    {
      what: "an emptied directory",
      damage: async (path) =>
        rm(path, { recursive: true })
          .then(() => mkdir(path))
          .then(() => undefined),
    },
    { what: "a missing PG_VERSION", damage: (path) => rm(join(path, "PG_VERSION")) },
    { what: "another major version", damage: (path) => writeFile(join(path, "PG_VERSION"), "17\n") },
    { what: "a control file cut short", damage: (path) => truncate(join(path, "global/pg_control"), 100) },
    { what: "a control file of zeros", damage: (path) => writeFile(join(path, "global/pg_control"), Buffer.alloc(8192)) },
    {
      what: "a lost log",
      damage: async (path) =>
        rm(join(path, "pg_wal"), { recursive: true })
          .then(() => mkdir(join(path, "pg_wal")))
          .then(() => undefined),
    },
    {
      what: "lost tables",
      damage: async (path) =>
        rm(join(path, "base"), { recursive: true })
          .then(() => mkdir(join(path, "base")))
          .then(() => undefined),
    },
  ];

  it.each(damages)("is reported with advice and left as it is: $what", async ({ what, damage }) => {
    const directory = join(parent, what.replaceAll(" ", "-"));
    await cp(sound, directory, { recursive: true });
    await damage(join(directory, "database"));
    const tables = () => readdir(join(directory, "database/base"), { recursive: true }).catch(() => "gone");
    const before = await tables();
    for (const attempt of ["first", "second"]) {
      const error = await openDatabase({ dataDirectory: directory }).catch((thrown: unknown) => thrown);
      expect(error, attempt).toBeInstanceOf(DatabaseCorruptError);
      expect(error).toMatchObject({ message: expect.stringContaining(directory), advice: expect.stringContaining("Restore a backup") });
    }
    expect(await tables()).toEqual(before);
  });
});
