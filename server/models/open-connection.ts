import { NodeError } from "#runtime/node/node-error.ts";
import { modelSecrets } from "../connections/model-secrets.ts";
import { storedModelSettings } from "../connections/settings.ts";
import { STORED_SECRET } from "../contract/mcp-settings.ts";
import type { ConnectionRow, ConnectionStore } from "../store/connections.ts";
import type { Vault } from "../vault/vault.ts";
import type { OpenConnection } from "./providers/provider.ts";

export interface OpenGiven {
  store: Pick<ConnectionStore, "read">;
  vault: Pick<Vault, "all">;
}

export interface ConnectionPlace {
  /** Runs reach the connections of their own workspace only; absent: whoever asks was let through already. */
  workspace?: string | undefined;
  id: string;
}

/** A model connection with its key. Throws `NodeError`: `not-found`, or `auth` when the key is lost; happened "no". */
export async function openModelConnection({ store, vault }: OpenGiven, { workspace, id }: ConnectionPlace): Promise<OpenConnection> {
  const row = await store.read(id);
  const isThere = row && row.archivedAt === null && row.kind === "model" && (workspace === undefined || row.workspaceId === workspace);
  if (!isThere) throw new NodeError("not-found", `There is no model provider ${id} here. Choose one in the settings of the node.`, { happened: "no" });
  const { apiKey, ...settings } = storedModelSettings(row.settings);
  return { id: row.id, workspace: row.workspaceId, name: row.name, settings, apiKey: apiKey === STORED_SECRET ? await readKey(row, vault) : undefined };
}

async function readKey(row: ConnectionRow, vault: Pick<Vault, "all">): Promise<string> {
  const lost = (what: string, cause?: unknown) =>
    new NodeError("auth", `The key of "${row.name}" ${what}. Enter it again on the connections page.`, { happened: "no", cause });
  const values = await vault.all({ workspace: row.workspaceId, owner: row.id }).catch((cause: unknown) => {
    throw lost("was changed in the database", cause);
  });
  const [name = ""] = Object.keys(modelSecrets.values(storedModelSettings(row.settings)));
  const key = values[name];
  if (key === undefined) throw lost("is lost");
  return key;
}
