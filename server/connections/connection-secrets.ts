import { pointer } from "#runtime/graph/json.ts";
import { ApiError } from "../api-error.ts";
import { STORED_SECRET } from "../contract/mcp-settings.ts";
import { INHERIT } from "../mcp/connection-settings.ts";
import type { ConnectionStore } from "../store/connections.ts";
import type { NewSecret } from "../store/secrets.ts";
import type { Vault } from "../vault/vault.ts";
import { comfySecrets } from "./comfyui-secrets.ts";
import { mcpSecrets } from "./mcp-secrets.ts";
import { modelSecrets } from "./model-secrets.ts";
import type { SecretParts } from "./secret-parts.ts";
import { type ConnectionSettings, isComfySettings, isMcpSettings, isModelSettings, storedSettings } from "./settings.ts";

export interface StoreGiven<Settings> {
  workspace: string;
  id: string;
  /** As they were sent. */
  settings: Settings;
  /** As they are stored; undefined for a new connection. */
  before: { settings: Settings; revision: number } | undefined;
}

export interface StoredSettings {
  /** With `STORED_SECRET` in place of every value that is a secret. */
  stored: ConnectionSettings;
  add: NewSecret[];
  /** Names of the values that stay. */
  keep: string[];
}

/**
 * Parts the values that may be secrets from the settings. Throws `ApiError("unprocessable")` where a value is to stay that is not there, or that
 * somebody else would get to see.
 */
export function storeSecrets(vault: Pick<Vault, "seal">, given: StoreGiven<ConnectionSettings>): Promise<StoredSettings> {
  const { settings, before, ...place } = given;
  if (isModelSettings(settings)) {
    const known = before && isModelSettings(before.settings) ? { ...before, settings: before.settings } : undefined;
    return store(vault, { ...place, settings, before: known, parts: modelSecrets });
  }
  if (isComfySettings(settings)) {
    const known = before && isComfySettings(before.settings) ? { ...before, settings: before.settings } : undefined;
    return store(vault, { ...place, settings, before: known, parts: comfySecrets });
  }
  const known = before && isMcpSettings(before.settings) ? { ...before, settings: before.settings } : undefined;
  return store(vault, { ...place, settings, before: known, parts: mcpSecrets });
}

async function store<Settings extends ConnectionSettings>(
  vault: Pick<Vault, "seal">,
  given: StoreGiven<Settings> & { parts: SecretParts<Settings> },
): Promise<StoredSettings> {
  const { workspace, id, settings, before, parts } = given;
  const values = parts.values(settings);
  const keep = Object.keys(values).filter((name) => values[name] === STORED_SECRET);
  requireKept(keep, given);
  const version = (before?.revision ?? 0) + 1;
  const fresh = Object.entries(values).filter(([, value]) => value !== STORED_SECRET);
  const add = await Promise.all(fresh.map(([name, value]) => vault.seal({ workspace, owner: id, name, version }, value)));
  return { stored: withMarks(settings, parts), add, keep };
}

function requireKept<Settings>(keep: readonly string[], given: Pick<StoreGiven<Settings>, "settings" | "before"> & { parts: SecretParts<Settings> }): void {
  const { settings, before, parts } = given;
  const isOther = before !== undefined && parts.audience(before.settings) !== parts.audience(settings);
  const stored = before === undefined ? {} : parts.values(before.settings);
  const errors = keep.flatMap((name) => {
    const path = pointer(["settings", ...parts.path(name)]);
    if (!Object.hasOwn(stored, name) || stored[name] !== STORED_SECRET) return [{ path, message: `${parts.title(name)} has no stored value. Enter one.` }];
    return isOther ? [{ path, message: parts.enterAgain(name, settings) }] : [];
  });
  if (errors.length === 0) return;
  throw new ApiError("unprocessable", isOther ? parts.changed(settings) : "A value is missing.", { errors });
}

function withMarks<Settings>(settings: Settings, parts: SecretParts<Settings>): Settings {
  return parts.with(settings, Object.fromEntries(Object.keys(parts.values(settings)).map((name) => [name, STORED_SECRET])));
}

/** Moves the values that earlier versions kept in the settings into the vault. */
export async function moveConnectionSecrets({
  store,
  vault,
}: {
  store: Pick<ConnectionStore, "withPlainEnvironment" | "moveSecrets">;
  vault: Vault;
}): Promise<void> {
  for (const row of await store.withPlainEnvironment([INHERIT, STORED_SECRET])) {
    const settings = storedSettings(row.settings);
    const values = row.archivedAt === null ? Object.entries(mcpSecrets.values(settings)) : [];
    const add = await Promise.all(values.map(([name, value]) => vault.seal({ workspace: row.workspaceId, owner: row.id, name, version: row.revision }, value)));
    await store.moveSecrets(row, { settings: withMarks(settings, mcpSecrets), add });
  }
}
