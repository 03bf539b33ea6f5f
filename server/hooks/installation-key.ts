import { createSecret } from "../auth/secrets.ts";
import type { InstallationStore } from "../store/installation.ts";
import { INSTALLATION, type Vault } from "../vault/vault.ts";

const KEY = "hook-key";

/**
 * The secret of this installation from which signing secrets and the signatures of callback addresses are derived; made once, never shown. One
 * that an earlier version kept in the installation's facts moves into the vault.
 */
export async function openInstallationKey(installation: Pick<InstallationStore, "read" | "update">, vault: Pick<Vault, "once">): Promise<Buffer> {
  const plain = await installation.read(KEY);
  const key = await vault.once({ ...INSTALLATION, name: KEY }, () => (typeof plain === "string" ? plain : createSecret()));
  if (plain !== undefined) await installation.update(KEY, () => null);
  return Buffer.from(key, "base64url");
}
