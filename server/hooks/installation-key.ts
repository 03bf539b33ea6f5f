import { createSecret } from "../auth/secrets.ts";
import type { InstallationStore } from "../store/installation.ts";

const KEY = "hook-key";

/** The secret of this installation from which signing secrets and the signatures of callback addresses are derived; made once, never shown. */
export async function loadInstallationKey(installation: Pick<InstallationStore, "read" | "update">): Promise<Buffer> {
  const known = (await installation.read(KEY)) ?? (await installation.update(KEY, (value) => value ?? createSecret()));
  return Buffer.from(String(known), "base64url");
}
