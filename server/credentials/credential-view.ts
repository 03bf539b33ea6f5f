import { z } from "zod";
import { credentialIdSchema } from "#runtime/graph/ids.ts";
import { type Credential, type CredentialSettings, credentialSchema, credentialSettingsSchema } from "../contract/credentials.ts";
import type { CredentialRow } from "../store/credentials.ts";

/** Name of a credential's secret in the vault. */
export const SECRET = "secret";

const { hosts, nodeTypes, health } = credentialSchema.shape;
const boundsSchema = z.object({ hosts, nodeTypes });

export function settingsOf({ settings }: Pick<CredentialRow, "settings">): CredentialSettings {
  return credentialSettingsSchema.parse(settings);
}

/** Where it may go. */
export function boundsOf(row: Pick<CredentialRow, "hosts" | "nodeTypes">): Pick<Credential, "hosts" | "nodeTypes"> {
  return boundsSchema.parse({ hosts: row.hosts, nodeTypes: row.nodeTypes });
}

/** A credential as the API tells it. */
export function viewOf(row: CredentialRow): Credential {
  const { name, description, version, createdBy } = row;
  return {
    id: credentialIdSchema.parse(row.id),
    ...{ name, description, version, createdBy },
    settings: settingsOf(row),
    ...boundsOf(row),
    health: health.safeParse(row.state).data ?? { state: "unknown", detail: "Not tested yet.", checkedAt: null },
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
    rotatedAt: row.rotatedAt.toISOString(),
  };
}
