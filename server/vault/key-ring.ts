import { ApiError } from "../api-error.ts";
import { StartError } from "../start/start-error.ts";
import { changeKeyFile, createKeyFile, type KeptKey, readKeyFile } from "./key-file.ts";
import { createKey, parseKey, type VaultKey } from "./vault-key.ts";

/** Variables of the environment that hold keys of the vault. */
export type VaultEnvironment = Readonly<Record<string, string | undefined>>;

/** The keys that this process knows. */
export interface KeyRing {
  readonly source: "file" | "environment";
  /** The one to wrap new secrets with; one that another process has made since is noticed. Undefined before there is any. */
  current(): Promise<VaultKey | undefined>;
  /** Looks into the file again for one that it does not know. */
  find(id: string): Promise<VaultKey | undefined>;
  /** Makes the file with a first key, unless another process was faster. */
  create(): Promise<void>;
  /** Makes a key and puts it in use; the earlier ones stay. Only with a file; throws `ApiError("conflict")` when it is gone. */
  renew(): Promise<VaultKey>;
  /** Lets go of keys that nothing is wrapped with and that were replaced before an instant. */
  forget(given: { inUse: ReadonlySet<string>; before: Date }): Promise<void>;
}

export interface KeyRingGiven {
  file: string;
  environment: VaultEnvironment;
  /** Runs a change of the file while no other process changes it: what two write at once would lose a key. */
  exclusively: <T>(change: () => Promise<T>) => Promise<T>;
}

/** Keys from the environment come first; those in the file stay known then, so that a vault can change over. Throws StartError. */
export async function openKeyRing({ file, environment, exclusively }: KeyRingGiven): Promise<KeyRing> {
  const given = keysOf(environment);
  let kept: readonly KeptKey[] = (await readKeyFile(file)) ?? [];
  const reread = async () => {
    kept = (await readKeyFile(file)) ?? [];
  };
  const known = (id: string) => given.find((key) => key.id === id) ?? kept.find(({ key }) => key.id === id)?.key;
  return {
    source: given.length > 0 ? "environment" : "file",
    current: async () => {
      if (given.length === 0) await reread();
      return given[0] ?? kept[0]?.key;
    },
    find: async (id) => {
      if (!known(id)) await reread();
      return known(id);
    },
    create: async () => {
      if (given.length > 0) return;
      await createKeyFile(file, createKey());
      await reread();
    },
    renew: async () => {
      const key = createKey();
      const retiredAt = new Date();
      const changed = await exclusively(() =>
        changeKeyFile(file, (keys) => [{ key, retiredAt: null }, ...keys.map((one) => ({ ...one, retiredAt: one.retiredAt ?? retiredAt }))]),
      );
      if (!changed) throw new ApiError("conflict", "The vault's key file is gone. Put vault.key back into the data directory, then change the key.");
      kept = changed;
      return key;
    },
    forget: async ({ inUse, before }) => {
      const isNeeded = ({ key, retiredAt }: KeptKey, index: number) => index === 0 || inUse.has(key.id) || retiredAt === null || retiredAt >= before;
      const changed = await exclusively(() => changeKeyFile(file, (keys) => (keys.every(isNeeded) ? keys : keys.filter(isNeeded))));
      kept = changed ?? [];
    },
  };
}

/** The one in use first. */
function keysOf(environment: VaultEnvironment): VaultKey[] {
  const [current = "", earlier = ""] = [environment.HEDDLE_VAULT_KEY?.trim(), environment.HEDDLE_VAULT_OLD_KEYS?.trim()];
  if (current === "" && earlier !== "") throw refuse("HEDDLE_VAULT_OLD_KEYS is set, and HEDDLE_VAULT_KEY is not.");
  const parse = (name: string, text: string) => {
    const key = parseKey(text);
    if (!key) throw refuse(`${name} is no key.`);
    return key;
  };
  if (current === "") return [];
  return [parse("HEDDLE_VAULT_KEY", current), ...earlier.split(",").flatMap((text) => (text.trim() === "" ? [] : parse("HEDDLE_VAULT_OLD_KEYS", text)))];
}

function refuse(message: string): StartError {
  return new StartError(
    message,
    "HEDDLE_VAULT_KEY holds 32 random bytes as base64 or 64 hexadecimal digits (`openssl rand -base64 32` makes one), HEDDLE_VAULT_OLD_KEYS earlier ones with commas between them.",
  );
}
