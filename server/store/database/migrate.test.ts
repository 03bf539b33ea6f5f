import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { afterAll, describe, expect, it } from "vitest";
import { DatabaseTooNewError } from "./database-errors.ts";
import { type OpenDatabaseOptions, openDatabase } from "./open-database.ts";
import { postgresForTests } from "./test-database.ts";

const files = await readdir(new URL("../migrations", import.meta.url));
const parent = await mkdtemp(join(tmpdir(), "heddle-migrate-"));
const scratch = await postgresForTests();
const places: { kind: string; options: OpenDatabaseOptions }[] = [{ kind: "pglite", options: { dataDirectory: join(parent, "data") } }];
if (scratch) places.push({ kind: "postgres", options: { url: scratch.url } });
afterAll(async () => {
  await scratch?.drop();
  await rm(parent, { recursive: true, force: true });
});

describe.each(places)("migrations on $kind", ({ options }) => {
  it("run once, and refuse a database that a newer version has migrated", async () => {
    const first = await openDatabase(options);
    await first.close();
    const second = await openDatabase(options);
    const recorded = await second.db.execute(sql`select count(*)::int as n, max(created_at)::float8 as last from drizzle.__drizzle_migrations`);
    expect(recorded.rows[0]?.n).toBe(files.filter((file) => file.endsWith(".sql")).length);
    await second.db.execute(sql`insert into drizzle.__drizzle_migrations (hash, created_at) values ('newer', ${Number(recorded.rows[0]?.last) + 1})`);
    await second.close();
    const refused = await openDatabase(options).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(DatabaseTooNewError);
    expect(refused).toMatchObject({ advice: expect.stringContaining("newer Heddle") });
    const unmigrated = await openDatabase({ ...options, migrations: false });
    await unmigrated.close();
  });
});

describe("migrations of several processes at once", () => {
  it("run one after the other", async () => {
    const shared = await postgresForTests();
    if (!shared) return expect(shared).toBeUndefined();
    try {
      const opened = await Promise.all(Array.from({ length: 4 }, () => openDatabase({ url: shared.url })));
      await Promise.all(opened.map((database) => database.close()));
    } finally {
      await shared.drop();
    }
  });
});

describe("a Postgres that does not answer", () => {
  it("is reported with its address and without its password", async () => {
    const error = await openDatabase({ url: "postgres://heddle:secret@127.0.0.1:9/heddle" }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      name: "DatabaseUnavailableError",
      message: expect.stringMatching(/^The database at 127\.0\.0\.1:9\/heddle does not answer: .+/),
    });
    expect(String(error)).not.toContain("secret");
  });
});
