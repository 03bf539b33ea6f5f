import { renameSync } from "node:fs";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { exclusively } from "../store/advisory-lock.ts";
import type { Database } from "../store/database/open-database.ts";
import { createTestDatabase } from "../store/database/test-database.ts";
import { changeKeyFile, readKeyFile } from "./key-file.ts";
import { openKeyRing } from "./key-ring.ts";
import { createKey, type VaultKey } from "./vault-key.ts";

let database: Database;
let directory: string;
let file: string;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "heddle-keys-"));
  file = join(directory, "vault.key");
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const open = () => openKeyRing({ file, environment: {}, exclusively: (work) => exclusively(database, { name: "key-ring test", work }) });
const write = (keys: readonly { key: VaultKey; retiredAt: Date | null }[], to = file) =>
  writeFile(to, JSON.stringify({ about: "", keys: keys.map(({ key, retiredAt }) => ({ id: key.id, key: key.bytes.toString("base64"), retiredAt })) }));
const inFile = async () => (await readKeyFile(file))?.map(({ key }) => key.id);

describe("the file of keys", () => {
  it("loses no key while several processes make keys and let go of old ones at once", async () => {
    for (let round = 0; round < 10; round++) {
      const [first, old] = [createKey(), createKey()];
      await write([
        { key: first, retiredAt: null },
        { key: old, retiredAt: new Date(0) },
      ]);
      const rings = await Promise.all([open(), open(), open(), open()]);
      const before = new Date(Date.now() - 60_000);
      const made = await Promise.all(rings.flatMap((ring) => [ring.forget({ inUse: new Set(), before }), ring.renew()]));
      const expected = [first.id, ...made.flatMap((key) => (key ? [key.id] : []))];
      expect([...((await inFile()) ?? [])].sort()).toEqual(expected.sort());
    }
    expect(await readdir(directory)).toEqual(["vault.key"]);
  });

  it("lets go of a key only when it was replaced long ago and nothing needs it", async () => {
    const [current, used, recent, old] = [createKey(), createKey(), createKey(), createKey()];
    await write([
      { key: current, retiredAt: null },
      { key: used, retiredAt: new Date(0) },
      { key: recent, retiredAt: new Date() },
      { key: old, retiredAt: new Date(0) },
    ]);
    await (await open()).forget({ inUse: new Set([used.id]), before: new Date(Date.now() - 60_000) });
    expect(await inFile()).toEqual([current.id, used.id, recent.id]);
  });

  it("that was replaced while it was being changed is changed anew", async () => {
    const [before, restored, added] = [createKey(), createKey(), createKey()];
    await write([{ key: before, retiredAt: null }]);
    await write([{ key: restored, retiredAt: null }], `${file}.other`);
    let asked = 0;
    await changeKeyFile(file, (keys) => {
      if (asked++ === 0) renameSync(`${file}.other`, file);
      return [{ key: added, retiredAt: null }, ...keys];
    });
    expect(asked).toBe(2);
    expect(await inFile()).toEqual([added.id, restored.id]);
  });

  it("that is gone is not made anew with one key alone", async () => {
    await write([{ key: createKey(), retiredAt: null }]);
    const ring = await open();
    await rm(file);
    await expect(ring.renew()).rejects.toMatchObject({ code: "conflict" });
    expect(await readdir(directory)).toEqual([]);
  });
});
