import { StartError } from "../start/start-error.ts";
import { createKeyFile, type KeptKey, readKeyFile, replaceKeyFile } from "./key-file.ts";
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
  /** Makes a key and puts it in use; the earlier ones stay. Only with a file. */
  renew(): Promise<VaultKey>;
  /** Lets go of keys that nothing is wrapped with and that were replaced before an instant. */
  forget(given: { inUse: ReadonlySet<string>; before: Date }): Promise<void>;
}

/** Keys from the environment come first; those in the file stay known then, so that a vault can change over. Throws StartError. */
export async function openKeyRing({ file, environment }: { file: string; environment: VaultEnvironment }): Promise<KeyRing> {
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
      await reread();
      const key = createKey();
      const retiredAt = new Date();
      kept = [{ key, retiredAt: null }, ...kept.map((one) => ({ ...one, retiredAt: one.retiredAt ?? retiredAt }))];
      await replaceKeyFile(file, kept);
      return key;
    },
    forget: async ({ inUse, before }) => {
      await reread();
      const [first, ...earlier] = kept;
      const left = earlier.filter(({ key, retiredAt }) => inUse.has(key.id) || retiredAt === null || retiredAt >= before);
      if (!first || left.length === earlier.length) return;
      kept = [first, ...left];
      await replaceKeyFile(file, kept);
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
