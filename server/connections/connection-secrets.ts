import { pointer } from "#runtime/graph/json.ts";
import { ApiError } from "../api-error.ts";
import { type McpSettings, STORED_SECRET } from "../contract/connections.ts";
import { INHERIT } from "../mcp/connection-settings.ts";
import type { ConnectionStore } from "../store/connections.ts";
import type { NewSecret } from "../store/secrets.ts";
import type { Vault } from "../vault/vault.ts";
import { storedSettings } from "./settings.ts";

export interface StoreGiven {
  workspace: string;
  id: string;
  /** As they were sent. */
  settings: McpSettings;
  /** As they are stored; undefined for a new connection. */
  before: { settings: McpSettings; revision: number } | undefined;
}

export interface StoredSettings {
  /** With `STORED_SECRET` in place of every value that is a secret. */
  stored: McpSettings;
  add: NewSecret[];
  /** Names of the values that stay. */
  keep: string[];
}

const isSecret = (value: string) => value !== INHERIT;

/**
 * Parts the values of the environment from the settings: every value may be a secret, and is kept as one. Throws `ApiError("unprocessable")`
 * where a value is to stay that is not there, or that another program would get to see.
 */
export async function storeSecrets(vault: Pick<Vault, "seal">, { workspace, id, settings, before }: StoreGiven): Promise<StoredSettings> {
  const { environment } = settings;
  const keep = Object.keys(environment).filter((name) => environment[name] === STORED_SECRET);
  requireKept(keep, { settings, before: before?.settings });
  const values = Object.entries(environment).filter(([, value]) => isSecret(value) && value !== STORED_SECRET);
  const version = (before?.revision ?? 0) + 1;
  const add = await Promise.all(values.map(([name, value]) => vault.seal({ workspace, owner: id, name, version }, value)));
  return { stored: withoutValues(settings), add, keep };
}

function requireKept(keep: readonly string[], { settings, before }: { settings: McpSettings; before: McpSettings | undefined }): void {
  const isOther = before !== undefined && startOf(before) !== startOf(settings);
  const known = (name: string) => before !== undefined && Object.hasOwn(before.environment, name) && before.environment[name] === STORED_SECRET;
  const errors = keep.flatMap((name) => {
    const path = pointer(["settings", "environment", name]);
    if (!known(name)) return [{ path, message: `${name} has no stored value. Enter one.` }];
    return isOther ? [{ path, message: `Another program is started now: enter the value of ${name} again.` }] : [];
  });
  if (errors.length === 0) return;
  throw new ApiError(
    "unprocessable",
    isOther ? "What is started has changed, so stored values are not handed to it. Enter them again." : "A value is missing.",
    {
      errors,
    },
  );
}

/** What gets to see the environment. */
function startOf({ environment: _environment, ...start }: McpSettings): string {
  return JSON.stringify(start);
}

function withoutValues(settings: McpSettings): McpSettings {
  const environment = Object.entries(settings.environment).map(([name, value]): [string, string] => [name, isSecret(value) ? STORED_SECRET : value]);
  return { ...settings, environment: Object.fromEntries(environment) };
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
    const values = row.archivedAt === null ? Object.entries(settings.environment).filter(([, value]) => isSecret(value)) : [];
    const add = await Promise.all(values.map(([name, value]) => vault.seal({ workspace: row.workspaceId, owner: row.id, name, version: row.revision }, value)));
    await store.moveSecrets(row, { settings: withoutValues(settings), add });
  }
}
