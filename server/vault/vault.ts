import { hkdfSync } from "node:crypto";
import { ApiError } from "../api-error.ts";
import { createSecret } from "../auth/secrets.ts";
import type { VaultStatus } from "../contract/vault.ts";
import type { Logger } from "../logger.ts";
import { exclusively } from "../store/advisory-lock.ts";
import type { Database } from "../store/database/open-database.ts";
import { createInstallationStore } from "../store/installation.ts";
import { createSecretStore, type NewSecret, type SecretRow, type SecretStore } from "../store/secrets.ts";
import { checkKeys } from "./check-keys.ts";
import { type SecretPlace, SecretRefusedError, seal, unseal } from "./envelope.ts";
import { type KeyRing, openKeyRing, type VaultEnvironment } from "./key-ring.ts";
import { createRewrap, type RewrapGiven } from "./rewrap.ts";
import { placeOf, rowOf } from "./secret-place.ts";

/** Whose secrets. */
export type Owner = Pick<SecretPlace, "workspace" | "owner">;

/** Every secret of the system. Values are never logged, and no error holds one. */
export interface Vault {
  /** Stores a value as a new version, and destroys the earlier ones; answers its number. */
  put(place: Owner & { name: string; value: string }): Promise<number>;
  /** The value that is there, or else the one made now; of several processes that make one, one wins. */
  once(place: Owner & { name: string }, make: () => string): Promise<string>;
  /** The newest version; undefined when there is none. Throws SecretRefusedError for a row that was changed or moved. */
  get(place: Owner & { name: string }): Promise<{ value: string; version: number } | undefined>;
  /** The newest version of each secret of an owner, by name. Throws SecretRefusedError. */
  all(owner: Owner): Promise<Record<string, string>>;
  remove(given: Owner & { name?: string }): Promise<void>;
  /** A row to be stored in a transaction with what it belongs to. */
  seal(place: SecretPlace, value: string): Promise<NewSecret>;
  /** 32 bytes for one purpose, always the same, whatever key the vault uses. */
  derive(purpose: string): Buffer;
  status(): Promise<VaultStatus>;
  /** Makes a new key and begins to re-wrap everything with it. Throws `ApiError("conflict")`. */
  rotate(): Promise<VaultStatus>;
  /** Stops a re-wrap, in whatever process it goes on. */
  cancel(): Promise<VaultStatus>;
  /** Re-wraps what is still under an earlier key, unless somebody cancelled that; for housekeeping. */
  resume(): Promise<void>;
  close(): Promise<void>;
}

export interface VaultGiven {
  database: Database;
  /** `vault.key` of the data directory. */
  keyFile: string;
  /** Read: `HEDDLE_VAULT_KEY`, `HEDDLE_VAULT_OLD_KEYS`, `HEDDLE_VAULT_RESET`. */
  environment: VaultEnvironment;
  logger: Logger;
  /** For tests. */
  rewrap?: Pick<RewrapGiven, "batch" | "staleMs">;
}

/** Secrets of the installation itself. */
export const INSTALLATION: Owner = { workspace: "workspace_default", owner: "installation" };
/** How long a key that wraps nothing any more stays in the file: as long as another process may go on with what it read. */
const FORGET_MS = 60 * 60_000;

/** Opens the vault, with a first key on the first start. Throws StartError when the keys at hand do not open what is stored. */
export async function openVault(given: VaultGiven): Promise<Vault> {
  const { database, logger } = given;
  const store = createSecretStore(database);
  const ring = await openKeyRing({
    file: given.keyFile,
    environment: given.environment,
    exclusively: (work) => exclusively(database, { name: "vault/key-file", work }),
  });
  await checkKeys({ store, ring, logger, keyFile: given.keyFile, isReset: given.environment.HEDDLE_VAULT_RESET === "1" });
  await forgetKeys(ring, store);
  const secrets = createSecrets(ring, store);
  // what keys for other purposes are derived from
  const root = Buffer.from(await secrets.once({ ...INSTALLATION, name: "root" }, createSecret), "base64url");
  const rewrap = createRewrap({ ring, store, installation: createInstallationStore(database), logger, ...given.rewrap });
  await rewrap.resume();

  const status = async (): Promise<VaultStatus> => {
    const key = (await ring.current())?.id ?? "";
    const counts = await store.keys();
    const sum = (wanted: typeof counts) => wanted.reduce((total, one) => total + one.secrets, 0);
    const [all, waiting] = [sum(counts), sum(counts.filter(({ keyId }) => keyId !== key))];
    return { key, source: ring.source, secrets: all, waiting, rewrap: await rewrap.progress() };
  };
  return {
    ...secrets,
    derive: (purpose) => Buffer.from(hkdfSync("sha256", root, Buffer.alloc(0), `heddle ${purpose}`, 32)),
    status,
    rotate: async () => {
      if (ring.source === "environment") {
        throw new ApiError(
          "conflict",
          "The vault's key comes from the environment. Put a new one into HEDDLE_VAULT_KEY and this one into HEDDLE_VAULT_OLD_KEYS, and start Heddle again.",
        );
      }
      await rewrap.begin(async () => {
        await forgetKeys(ring, store);
        return ring.renew();
      });
      return status();
    },
    cancel: async () => {
      await rewrap.cancel();
      return status();
    },
    resume: rewrap.resume,
    close: rewrap.close,
  };
}

function createSecrets(ring: KeyRing, store: SecretStore): Pick<Vault, "put" | "once" | "get" | "all" | "remove" | "seal"> {
  const open = async (row: SecretRow): Promise<string> => {
    const key = await ring.find(row.keyId);
    if (!key) throw new SecretRefusedError(placeOf(row));
    return unseal(row, placeOf(row), key);
  };
  const sealed: Vault["seal"] = async (place, value) => {
    const key = await ring.current();
    if (!key) throw new Error("The vault has no key.");
    return rowOf(place, seal(value, place, key));
  };
  const get: Vault["get"] = async ({ name, ...owner }) => {
    const row = await store.read({ ...ownerOf(owner), name });
    return row && { value: await open(row), version: row.version };
  };
  const ownerOf = ({ workspace, owner }: Owner) => ({ workspaceId: workspace, ownerId: owner });
  return {
    seal: sealed,
    put: async ({ value, name, ...owner }) => {
      for (;;) {
        const version = ((await store.read({ ...ownerOf(owner), name }))?.version ?? 0) + 1;
        if (!(await store.insert(await sealed({ ...owner, name, version }, value)))) continue;
        await store.remove({ ...ownerOf(owner), name, before: version });
        return version;
      }
    },
    once: async ({ workspace, owner, name }, make) => {
      const place = { workspace, owner, name };
      const known = await get(place);
      if (known) return known.value;
      await store.insert(await sealed({ ...place, version: 1 }, make()));
      const made = await get(place);
      if (!made) throw new Error(`The secret ${name} was not recorded.`);
      return made.value;
    },
    get,
    all: async (owner) => {
      const rows = await store.ofOwner(ownerOf(owner));
      return Object.fromEntries(await Promise.all(rows.map(async (row) => [row.name, await open(row)] as const)));
    },
    remove: ({ name, ...owner }) => store.remove({ ...ownerOf(owner), ...(name !== undefined && { name }) }),
  };
}

async function forgetKeys(ring: KeyRing, store: SecretStore): Promise<void> {
  const inUse = new Set((await store.keys()).map(({ keyId }) => keyId));
  await ring.forget({ inUse, before: new Date(Date.now() - FORGET_MS) });
}
