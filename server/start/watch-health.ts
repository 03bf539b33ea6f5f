import { NodeError } from "#runtime/node/node-error.ts";
import type { ConnectionProbe } from "../connections/connections.ts";
import { createHealthWatch, type HealthWatch, type SeenHealth } from "../connections/health-watch.ts";
import type { Logger } from "../logger.ts";
import type { McpPool } from "../mcp/client-pool.ts";
import type { WorkspaceFeed } from "../queue/workspace-feed.ts";
import { createConnectionChecks } from "../store/connection-checks.ts";
import type { ConnectionStore } from "../store/connections.ts";
import type { Database } from "../store/database/open-database.ts";
import type { Models } from "./create-models.ts";

/** How connections fare: kept current, and told to who looks. */
export interface ConnectionHealth {
  watch: HealthWatch;
  feed: WorkspaceFeed;
}

export interface WatchHealthGiven {
  database: Database;
  store: Pick<ConnectionStore, "setState">;
  pool: Pick<McpPool, "look" | "isOpen" | "test">;
  models: Pick<Models, "clients">;
  comfyui: ConnectionProbe;
  logger: Logger;
}

const TIMEOUT_MS = 20_000;
/** What a person has to see to: a key that is refused, an address that may not be called or does not answer. */
const RED: ReadonlySet<string> = new Set(["auth", "policy", "network"]);

/** How each kind of connection is asked how it fares, without starting anything or asking a model. */
export function watchHealth({ database, store, pool, models, comfyui, logger }: WatchHealthGiven): HealthWatch {
  return createHealthWatch({
    checks: createConnectionChecks(database),
    ...{ store, pool, logger },
    ask: {
      mcp: async (id) => {
        // what runs here is pinged
        if (pool.isOpen(id)) return undefined;
        const { ok, tools, error } = await pool.test(id);
        if (ok) return { state: "green", detail: `Answered with ${tools?.length ?? 0} tools.` };
        return { state: error?.isRefused ? "yellow" : "red", detail: `${error?.message ?? "It did not answer."} ${error?.advice ?? ""}`.trim() };
      },
      model: (id) =>
        models.clients
          .list(id, { signal: AbortSignal.timeout(TIMEOUT_MS), timeoutMs: TIMEOUT_MS })
          .then(({ models: found }): SeenHealth => ({ state: "green", detail: `Answered with ${found.length} models.` }), modelHealth),
      comfyui: async (id) => {
        const { ok, detail } = await comfyui.test(id);
        return { state: ok ? "green" : "red", detail };
      },
    },
  });
}

/** Not every provider lists its models: that says nothing of its health. */
function modelHealth(error: unknown): SeenHealth | undefined {
  if (!(error instanceof NodeError)) throw error;
  if (error.code === "not-found") return undefined;
  return { state: RED.has(error.code) ? "red" : "yellow", detail: error.message };
}
