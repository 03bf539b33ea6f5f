import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { silentLogger } from "../logger.ts";
import type { Database } from "../store/database/open-database.ts";
import { createTestDatabase } from "../store/database/test-database.ts";
import { createInstallationStore } from "../store/installation.ts";
import { openVault, type Vault } from "../vault/vault.ts";
import { openInstallationKey } from "./installation-key.ts";

let database: Database;
let directory: string;
let vault: Vault;
beforeAll(async () => {
  database = await createTestDatabase();
  directory = await mkdtemp(join(tmpdir(), "heddle-key-"));
  vault = await openVault({ database, keyFile: join(directory, "vault.key"), environment: {}, logger: silentLogger });
});
afterAll(async () => {
  await vault.close();
  await database.close();
  await rm(directory, { recursive: true, force: true });
});

it("the key of an earlier version moves into the vault, stays the same, and is nowhere else", async () => {
  const installation = createInstallationStore(database);
  const plain = Buffer.alloc(32, 7).toString("base64url");
  await installation.update("hook-key", () => plain);
  const keys = await Promise.all([openInstallationKey(installation, vault), openInstallationKey(installation, vault)]);
  for (const key of keys) expect(key.toString("base64url")).toBe(plain);
  expect(await installation.read("hook-key")).toBeUndefined();
  expect((await openInstallationKey(installation, vault)).toString("base64url")).toBe(plain);
});
