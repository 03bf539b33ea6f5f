import type { HookRow } from "../store/hooks.ts";
import type { Vault } from "../vault/vault.ts";
import { signingSecretOf } from "./signature.ts";

type Hook = Pick<HookRow, "id" | "workspaceId" | "generation">;

/** What callers of webhook nodes sign with: derived, unless the other side chose a secret of its own, which is in the vault. */
export interface SigningSecrets {
  /** Throws SecretRefusedError for one of its own that was changed in the database. */
  of(hook: Hook): Promise<{ secret: string; isOwn: boolean }>;
  setOwn(hook: Hook, secret: string): Promise<void>;
  /** From here on it is derived. */
  forgetOwn(hook: Hook): Promise<void>;
}

const NAME = "signing";

export function createSigningSecrets({
  vault,
  installationKey,
}: {
  vault: Pick<Vault, "get" | "put" | "remove">;
  installationKey: Uint8Array;
}): SigningSecrets {
  const placeOf = ({ workspaceId, id }: Hook) => ({ workspace: workspaceId, owner: id, name: NAME });
  return {
    of: async (hook) => {
      const own = await vault.get(placeOf(hook));
      return own ? { secret: own.value, isOwn: true } : { secret: signingSecretOf(installationKey, hook), isOwn: false };
    },
    setOwn: async (hook, secret) => {
      await vault.put({ ...placeOf(hook), value: secret });
    },
    forgetOwn: (hook) => vault.remove(placeOf(hook)),
  };
}
