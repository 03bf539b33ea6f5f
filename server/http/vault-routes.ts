import type { AuditFact } from "../audit/audit-log.ts";
import * as contract from "../contract/vault.ts";
import type { Vault } from "../vault/vault.ts";
import { type Handling, handle } from "./handle.ts";

export function vaultRoutes(vault: Pick<Vault, "status" | "rotate" | "cancel">): Handling[] {
  const rotated = (detail: NonNullable<AuditFact["detail"]>): AuditFact => ({
    action: "vault.rotated",
    resource: { kind: "vault", id: "vault", name: "Vault" },
    detail,
  });
  return [
    handle(contract.readVault, () => vault.status()),
    handle(contract.rotateVaultKey, () => vault.rotate(), { audit: (_call, { key, secrets }) => rotated({ key, secrets }) }),
    handle(contract.cancelRewrap, () => vault.cancel(), { audit: (_call, { key, waiting }) => rotated({ key, waiting, cancelled: true }) }),
  ];
}
