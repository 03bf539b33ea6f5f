import { type ComfyClients, createComfyClients } from "../comfyui/client.ts";
import { probeComfy } from "../comfyui/probe.ts";
import type { ConnectionProbe } from "../connections/connections.ts";
import type { EgressClient } from "../egress/create-egress-client.ts";
import type { Logger } from "../logger.ts";
import { createModelHealth } from "../models/health.ts";
import type { ConnectionStore } from "../store/connections.ts";
import type { Vault } from "../vault/vault.ts";
import type { Closers } from "./closers.ts";

export interface CreateComfyGiven {
  connectionStore: Pick<ConnectionStore, "read" | "list" | "setState">;
  vault: Pick<Vault, "all">;
  egress: Pick<EgressClient, "fetch" | "openSocket">;
  /** Tells this installation from others that use the same servers. */
  installation: () => Promise<string>;
  closers: Closers;
  logger: Logger;
}

/** The ComfyUI servers of the connections. */
export function createComfyui({ connectionStore: store, vault, egress, installation, closers, logger }: CreateComfyGiven): {
  clients: ComfyClients;
  probe: ConnectionProbe;
} {
  const health = createModelHealth({ store, logger });
  const clients = closers.add(createComfyClients({ store, vault, egress, installation, health, logger }), (thing) => thing.close());
  return { clients, probe: { test: (id) => probeComfy(() => clients.hold(id)) } };
}
