import type { ConnectionId } from "#runtime/graph/ids.ts";
import type { Connection } from "../contract/connections.ts";
import type { McpPool } from "../mcp/client-pool.ts";
import type { ConnectionRow } from "../store/connections.ts";
import { storedComfySettings, storedModelSettings, storedSettings } from "./settings.ts";

export interface ViewGiven {
  /** Settings are shown to those who proved to be persons. */
  isPerson: boolean;
  /** What this process sees of it now, where it holds a client. */
  healthNow: ReturnType<McpPool["status"]> | undefined;
}

/** A connection as the API tells it. */
export function toConnection(row: ConnectionRow, { isPerson, healthNow }: ViewGiven): Connection {
  const common = {
    id: row.id as ConnectionId,
    name: row.name,
    revision: row.revision,
    health: healthOf(row, healthNow),
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
  if (row.kind === "comfyui") {
    const settings = storedComfySettings(row.settings);
    return { ...common, kind: "comfyui", settings: isPerson ? settings : null, labels: settings.labels };
  }
  if (row.kind !== "model") return { ...common, kind: "mcp", settings: isPerson ? storedSettings(row.settings) : null };
  const settings = storedModelSettings(row.settings);
  return { ...common, kind: "model", settings: isPerson ? settings : null, provider: settings.provider, defaultModel: settings.defaultModel ?? null };
}

/** What this process sees of a connection now, or what was last seen of it. */
function healthOf(row: ConnectionRow, now: ViewGiven["healthNow"]): Connection["health"] {
  if (now && now.state !== "unknown") return { state: now.state, detail: now.detail, checkedAt: now.checkedAt?.toISOString() ?? null };
  const stored = (row.stateDetail ?? {}) as { detail?: string; checkedAt?: string };
  const state = row.state === "green" || row.state === "yellow" || row.state === "red" ? row.state : "unknown";
  return { state, detail: stored.detail ?? now?.detail ?? "Not tested yet.", checkedAt: stored.checkedAt ?? null };
}
