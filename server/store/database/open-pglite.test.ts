import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { isDiskFull, sqlStateOf } from "./database-errors.ts";
import { openPglite } from "./open-pglite.ts";
import { openCluster } from "./pglite-cluster.ts";

it("begins a fresh session after a connection was abandoned in the middle of a transaction", async () => {
  const { pool, close } = await openPglite(undefined);
  await pool.query("create table things (id int)");
  const abandoned = await pool.connect();
  await abandoned.query("set search_path to nowhere");
  await abandoned.query("begin");
  await abandoned.query("insert into public.things values (1)");
  abandoned.release(true);
  expect((await pool.query("select count(*)::int as things from things")).rows).toEqual([{ things: 0 }]);
  await close();
});

it("ends after the statements that are under way", async () => {
  const { pool, close } = await openPglite(undefined);
  const slow = pool.query<{ answer: number }>("select 42 as answer from pg_sleep(0.1)");
  const [result] = await Promise.all([slow, close()]);
  expect(result.rows).toEqual([{ answer: 42 }]);
});

it("makes a damaged template anew", async () => {
  const directory = await mkdtemp(join(tmpdir(), "heddle-template-"));
  const templatePath = join(directory, "template.tar.gz");
  await writeFile(templatePath, "not an archive");
  const opened = await openCluster({ directory: undefined, templatePath, lastWords: [] });
  if (opened.type === "failed") throw new Error(opened.message);
  await opened.database.close();
  expect((await readFile(templatePath)).length).toBeGreaterThan(1_000_000);
  await rm(directory, { recursive: true });
}, 60_000);

it("knows a full disk by the database's code and by the system's, also when wrapped", () => {
  const wrapped = (cause: Error) => new Error("Failed query", { cause });
  expect(isDiskFull(wrapped(Object.assign(new Error("could not extend file"), { code: "53100", severity: "ERROR" })))).toBe(true);
  expect(isDiskFull(wrapped(Object.assign(new Error("write"), { code: "ENOSPC" })))).toBe(true);
  expect(isDiskFull(new Error("other"))).toBe(false);
  expect(sqlStateOf(Object.assign(new Error("a system error"), { code: "EPERM" }))).toBeUndefined();
});
