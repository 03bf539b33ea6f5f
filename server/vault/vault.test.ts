import { chmod, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { silentLogger } from "../logger.ts";
import type { Database } from "../store/database/open-database.ts";
import { createTestDatabase, truncateAll } from "../store/database/test-database.ts";
import { createSecretStore } from "../store/secrets.ts";
import type { VaultEnvironment } from "./key-ring.ts";
import { openVault, type Vault, type VaultGiven } from "./vault.ts";
import { createKey } from "./vault-key.ts";

let database: Database;
let directory: string;
let keyFile: string;
const opened: Vault[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "heddle-vault-"));
  keyFile = join(directory, "vault.key");
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((vault) => vault.close()));
  await truncateAll(database);
  await rm(directory, { recursive: true, force: true });
});

const open = async (environment: VaultEnvironment = {}, more: Partial<VaultGiven> = {}) => {
  const vault = await openVault({ database, keyFile, environment, logger: silentLogger, ...more });
  opened.push(vault);
  return vault;
};
const place = { workspace: "workspace_a", owner: "cred_a", name: "secret" };
const keyText = () => createKey().bytes.toString("base64");
const settled = (vault: Vault) => expect.poll(async () => (await vault.status()).rewrap.state, { timeout: 15_000 }).not.toBe("running");

describe("the vault", () => {
  it("gives back what was put, by workspace, owner and name, and only the newest", async () => {
    const vault = await open();
    expect(await vault.put({ ...place, value: "one" })).toBe(1);
    expect(await vault.put({ ...place, value: "two ü" })).toBe(2);
    await vault.put({ ...place, workspace: "workspace_b", value: "of another" });
    expect(await vault.get(place)).toEqual({ value: "two ü", version: 2 });
    expect(await vault.get({ ...place, name: "other" })).toBeUndefined();
    await vault.put({ ...place, name: "TOKEN", value: "three" });
    expect(await vault.all(place)).toEqual({ secret: "two ü", TOKEN: "three" });
    await vault.remove({ workspace: place.workspace, owner: place.owner });
    expect(await vault.all(place)).toEqual({});
    expect(await vault.get({ ...place, workspace: "workspace_b" })).toMatchObject({ value: "of another" });
  });

  it("keeps its key and what is derived from it over starts, and derives by purpose", async () => {
    const vault = await open();
    await vault.put({ ...place, value: "kept" });
    const again = await open();
    expect(await again.get(place)).toMatchObject({ value: "kept" });
    expect(again.derive("links").equals(vault.derive("links"))).toBe(true);
    expect(again.derive("links").equals(vault.derive("sessions"))).toBe(false);
    expect(await again.status()).toMatchObject({ source: "file", secrets: 3, waiting: 0, rewrap: { state: "idle" } });
  });

  it("has a key file for its owner alone, and closes one that others can read", async () => {
    await open();
    expect((await stat(keyFile)).mode & 0o777).toBe(0o600);
    await chmod(keyFile, 0o644);
    await open();
    expect((await stat(keyFile)).mode & 0o777).toBe(0o600);
  });

  it("of two processes that start at once is the same", async () => {
    const [left, right] = await Promise.all([open(), open()]);
    await left.put({ ...place, value: "shared" });
    expect(await right.get(place)).toMatchObject({ value: "shared" });
    expect(left.derive("links").equals(right.derive("links"))).toBe(true);
  });

  it.each([
    ["workspace_id", sql`workspace_id = 'workspace_b'`, { workspace: "workspace_b" }],
    ["owner_id", sql`owner_id = 'cred_b'`, { owner: "cred_b" }],
    ["name", sql`name = 'other'`, { name: "other" }],
    ["version", sql`version = 7`, {}],
    ["key_id", sql`key_id = 'key_0000000000000000'`, {}],
    ["wrapped_key", sql`wrapped_key = set_byte(wrapped_key, 20, get_byte(wrapped_key, 20) # 1)`, {}],
    ["content", sql`content = set_byte(content, 13, get_byte(content, 13) # 1)`, {}],
    ["content, cut short", sql`content = substring(content from 1 for 20)`, {}],
  ])("refuses a row whose %s was changed", async (_column, change, moved) => {
    const vault = await open();
    await vault.put({ ...place, value: "canary-5533" });
    await database.db.execute(sql`UPDATE secrets SET ${change} WHERE owner_id = 'cred_a'`);
    const error = await vault.get({ ...place, ...moved }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: "SecretRefusedError" });
    expect(String(error)).not.toContain("canary");
  });

  it("refuses what was swapped between two credentials, two versions or two workspaces", async () => {
    const vault = await open();
    const others = [{ owner: "cred_b" }, { workspace: "workspace_b" }, { name: "other" }];
    await vault.put({ ...place, value: "mine" });
    for (const other of others) await vault.put({ ...place, ...other, value: "theirs" });
    for (const other of others) {
      const theirs = { ...place, ...other };
      await database.db.execute(sql`
        UPDATE secrets SET content = theirs.content, wrapped_key = theirs.wrapped_key FROM secrets AS theirs
        WHERE secrets.workspace_id = ${place.workspace} AND secrets.owner_id = ${place.owner} AND secrets.name = ${place.name}
          AND theirs.workspace_id = ${theirs.workspace} AND theirs.owner_id = ${theirs.owner} AND theirs.name = ${theirs.name}`);
      await expect(vault.get(place)).rejects.toMatchObject({ name: "SecretRefusedError" });
    }
  });
});

describe("a start with the wrong key", () => {
  const used = async () => {
    const vault = await open();
    await vault.put({ ...place, value: "precious" });
  };
  const refusal = async (environment: VaultEnvironment = {}) => open(environment).catch((thrown: unknown) => thrown);

  it("is refused when the file is gone, and makes no new one", async () => {
    await used();
    await rm(keyFile);
    expect(await refusal()).toMatchObject({
      name: "StartError",
      message: expect.stringContaining("is missing"),
      advice: expect.stringContaining("HEDDLE_VAULT_KEY"),
    });
    await expect(stat(keyFile)).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("is refused when the file holds another key, or none", async () => {
    await used();
    const kept = await readFile(keyFile, "utf8");
    const other = createKey();
    await writeFile(keyFile, JSON.stringify({ about: "", keys: [{ id: other.id, key: other.bytes.toString("base64"), retiredAt: null }] }));
    expect(await refusal()).toMatchObject({ name: "StartError", message: expect.stringMatching(/3 secrets.*need the vault's key key_/) });
    await writeFile(keyFile, kept.slice(0, 60));
    expect(await refusal()).toMatchObject({ name: "StartError", message: expect.stringContaining("damaged") });
    await writeFile(keyFile, kept);
    expect(await (await open()).get(place)).toMatchObject({ value: "precious" });
  });

  it("is refused with another key in the environment, unless the file has the one it needs", async () => {
    const environment = { HEDDLE_VAULT_KEY: keyText() };
    await (await open(environment)).put({ ...place, value: "precious" });
    expect(await refusal({ HEDDLE_VAULT_KEY: keyText() })).toMatchObject({ name: "StartError", advice: expect.stringContaining("HEDDLE_VAULT_OLD_KEYS") });
    expect(await refusal()).toMatchObject({ name: "StartError" });
    expect(await (await open(environment)).get(place)).toMatchObject({ value: "precious" });
    expect(await refusal({ HEDDLE_VAULT_KEY: "short" })).toMatchObject({ name: "StartError", advice: expect.stringContaining("openssl") });
  });

  it("is refused when the canary was changed", async () => {
    await open();
    await database.db.execute(sql`UPDATE secrets SET content = set_byte(content, 13, get_byte(content, 13) # 1) WHERE name = 'canary'`);
    expect(await refusal()).toMatchObject({ name: "StartError", message: expect.stringContaining("does not open") });
  });

  it("throws away what nobody can read any more when it is told to, and only then", async () => {
    await used();
    expect(await (await open({ HEDDLE_VAULT_RESET: "1" })).get(place)).toMatchObject({ value: "precious" });
    await rm(keyFile);
    const vault = await open({ HEDDLE_VAULT_RESET: "1" });
    expect(await vault.get(place)).toBeUndefined();
    await vault.put({ ...place, value: "new" });
    expect(await (await open()).get(place)).toMatchObject({ value: "new" });
  });
});

describe("a new key", () => {
  const fill = async (vault: Vault, count: number) => {
    for (let index = 0; index < count; index++) await vault.put({ ...place, owner: `cred_${index}`, value: `value ${index}` });
  };

  it("takes over while reads and writes go on in two processes, and nothing fails", async () => {
    const [one, two] = [await open({}, { rewrap: { batch: 3 } }), await open()];
    await fill(one, 40);
    const before = await one.status();
    let isOver = false;
    let [reads, writes] = [0, 0];
    const work = [one, two].map(async (vault, turn) => {
      while (!isOver) {
        const index = reads++ % 40;
        expect((await vault.get({ ...place, owner: `cred_${index}` }))?.value).toBe(`value ${index}`);
        await vault.put({ ...place, owner: `cred_new_${turn}`, value: `turn ${writes++}` });
        expect((await vault.get({ ...place, owner: `cred_new_${turn}` }))?.value).toMatch(/^turn/);
      }
    });
    expect(await one.rotate()).toMatchObject({ rewrap: { state: "running" } });
    await expect(two.rotate()).rejects.toMatchObject({ code: "conflict" });
    await settled(one);
    isOver = true;
    await Promise.all(work);
    const after = await two.status();
    expect(after).toMatchObject({ rewrap: { state: "done", problem: null } });
    expect(after.key).not.toBe(before.key);
    await two.resume();
    await settled(two);
    expect((await two.status()).waiting).toBe(0);
    expect([reads, writes].every((count) => count > 0)).toBe(true);
    expect(await (await open()).get({ ...place, owner: "cred_7" })).toMatchObject({ value: "value 7" });
  });

  it("goes on after a crash where it was, and after a cancel only when asked again", async () => {
    const crashed = await open({}, { rewrap: { batch: 1 } });
    await fill(crashed, 30);
    await crashed.rotate();
    // ends in the middle, as a process does that is gone: its claim stays
    await crashed.close();
    expect(await crashed.status()).toMatchObject({ rewrap: { state: "running" } });
    const next = await open({}, { rewrap: { batch: 1, staleMs: 0 } });
    await next.cancel();
    const cancelled = await next.status();
    expect(cancelled).toMatchObject({ rewrap: { state: "idle" } });
    expect(cancelled.waiting).toBeGreaterThan(0);
    for (const index of [0, 29]) expect(await next.get({ ...place, owner: `cred_${index}` })).toMatchObject({ value: `value ${index}` });
    await next.resume();
    expect(await next.status()).toMatchObject({ rewrap: { state: "idle" } });
    await next.rotate();
    await settled(next);
    expect(await next.status()).toMatchObject({ waiting: 0, rewrap: { state: "done" } });
  });

  it("from the environment takes over at the start, with the earlier ones beside it", async () => {
    const [old, fresh] = [keyText(), keyText()];
    const before = await open({ HEDDLE_VAULT_KEY: old });
    await fill(before, 3);
    await expect(before.rotate()).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("HEDDLE_VAULT_OLD_KEYS") });
    const after = await open({ HEDDLE_VAULT_KEY: fresh, HEDDLE_VAULT_OLD_KEYS: old });
    await settled(after);
    expect(await after.status()).toMatchObject({ source: "environment", waiting: 0, rewrap: { state: "done", done: 5, total: 5 } });
    expect(await (await open({ HEDDLE_VAULT_KEY: fresh })).get({ ...place, owner: "cred_1" })).toMatchObject({ value: "value 1" });
  });

  it("tells of secrets that it could not open, and wraps the others", async () => {
    const vault = await open();
    await fill(vault, 3);
    await database.db.execute(sql`UPDATE secrets SET wrapped_key = set_byte(wrapped_key, 20, get_byte(wrapped_key, 20) # 1) WHERE owner_id = 'cred_1'`);
    await vault.rotate();
    await settled(vault);
    expect(await vault.status()).toMatchObject({ waiting: 1, rewrap: { state: "failed", problem: expect.stringContaining("1 secrets") } });
    expect(await vault.get({ ...place, owner: "cred_2" })).toMatchObject({ value: "value 2" });
  });
});

it("no two secrets share a data key or a nonce", async () => {
  const vault = await open();
  for (let index = 0; index < 20; index++) await vault.put({ ...place, owner: `cred_${index}`, value: "the same" });
  const store = createSecretStore(database);
  const rows = await store.notUnder("", { after: undefined, limit: 100 });
  for (const part of ["content", "wrappedKey"] as const) expect(new Set(rows.map((row) => Buffer.from(row[part]).toString("hex"))).size).toBe(rows.length);
});
