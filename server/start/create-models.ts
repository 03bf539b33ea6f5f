import type { BlobStore } from "../assets/blob-store.ts";
import type { ConnectionProbe } from "../connections/connections.ts";
import type { EgressClient } from "../egress/create-egress-client.ts";
import type { Logger } from "../logger.ts";
import { createModelHealth } from "../models/health.ts";
import { createModelClients, type ModelClients } from "../models/model-client.ts";
import { createModelProbe } from "../models/probe.ts";
import { createWorkspaceModels, type WorkspaceModels } from "../models/workspace-models.ts";
import type { ConnectionStore } from "../store/connections.ts";
import type { Database } from "../store/database/open-database.ts";
import { createModelStore } from "../store/models.ts";
import type { Vault } from "../vault/vault.ts";

export interface CreateModelsGiven {
  database: Database;
  connectionStore: Pick<ConnectionStore, "read" | "setState">;
  logger: Logger;
  vault: Pick<Vault, "all">;
  egress: Pick<EgressClient, "fetch">;
  blobs: (workspace: string) => Pick<BlobStore, "get">;
}

export interface Models {
  clients: ModelClients;
  catalogue: WorkspaceModels;
  probe: ConnectionProbe;
}

/** The models of the connections, and what is known of them. */
export function createModels({ database, connectionStore: store, vault, egress, blobs, logger }: CreateModelsGiven): Models {
  const catalogue = createWorkspaceModels(createModelStore(database));
  const clients = createModelClients({
    ...{ store, vault, fetch: egress.fetch, models: catalogue, health: createModelHealth({ store, logger }) },
    readFile: (workspace) => (hash) => blobs(workspace).get(hash),
  });
  return { clients, catalogue, probe: createModelProbe(clients) };
}
