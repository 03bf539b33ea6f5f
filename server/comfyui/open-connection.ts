import type { ComfyServer } from "#nodes/kit/comfyui/service.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import { comfySecrets } from "../connections/comfyui-secrets.ts";
import { storedComfySettings } from "../connections/settings.ts";
import type { ComfySettings } from "../contract/comfyui-settings.ts";
import { STORED_SECRET } from "../contract/mcp-settings.ts";
import type { ConnectionRow, ConnectionStore } from "../store/connections.ts";
import type { Vault } from "../vault/vault.ts";
import type { ComfyAddress } from "./server-access.ts";

export interface OpenComfyGiven {
  store: Pick<ConnectionStore, "read" | "list">;
  vault: Pick<Vault, "all">;
}

export interface ComfyConnection {
  id: string;
  workspace: string;
  /** Another one when its settings have changed. */
  revision: number;
  address: ComfyAddress;
  /** To be kept out of what is stored or shown. */
  secrets: string[];
}

/** A ComfyUI connection with what proves who asks. Throws `NodeError`: `not-found`, or `auth` where the stored value is lost; happened "no". */
export async function openComfyConnection(
  { store, vault }: OpenComfyGiven,
  { workspace, id }: { /** Absent: whoever asks was let through already. */ workspace?: string | undefined; id: string },
): Promise<ComfyConnection> {
  const row = await store.read(id);
  const isThere = row && row.archivedAt === null && row.kind === "comfyui" && (workspace === undefined || row.workspaceId === workspace);
  if (!isThere) throw new NodeError("not-found", `There is no ComfyUI server ${id} here. Choose one in the settings of the node.`, { happened: "no" });
  const settings = storedComfySettings(row.settings);
  const stored = Object.values(comfySecrets.values(settings)).includes(STORED_SECRET);
  const opened = stored ? comfySecrets.with(settings, await storedValues(row, vault)) : settings;
  const secrets = Object.values(comfySecrets.values(opened));
  if (secrets.includes(STORED_SECRET)) throw lost(row, "is lost");
  const address = { name: row.name, baseUrl: opened.baseUrl.replace(/\/+$/, ""), headers: headersOf(opened) };
  return { id: row.id, workspace: row.workspaceId, revision: row.revision, address, secrets };
}

/** All of a workspace, by name. */
export async function listComfyServers({ store }: Pick<OpenComfyGiven, "store">, workspace: string): Promise<ComfyServer[]> {
  const servers: ComfyServer[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.list({ workspace, kind: "comfyui", limit: 100, cursor });
    servers.push(...page.items.map(({ id, name, settings }) => ({ connection: id, name, labels: storedComfySettings(settings).labels })));
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return servers;
}

function headersOf({ auth }: ComfySettings): Record<string, string> {
  switch (auth.type) {
    case "none":
      return {};
    case "bearer":
      return { authorization: `Bearer ${auth.value}` };
    case "header":
      return { [auth.name.toLowerCase()]: auth.value };
  }
}

async function storedValues(row: ConnectionRow, vault: Pick<Vault, "all">): Promise<Record<string, string>> {
  return vault.all({ workspace: row.workspaceId, owner: row.id }).catch((cause: unknown) => {
    throw lost(row, "was changed in the database", cause);
  });
}

function lost(row: ConnectionRow, what: string, cause?: unknown): NodeError {
  return new NodeError("auth", `The token of "${row.name}" ${what}. Enter it again on the connections page.`, { happened: "no", cause });
}
