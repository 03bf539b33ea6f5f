import { moveConnectionSecrets } from "../connections/connection-secrets.ts";
import { createConnections } from "../connections/connections.ts";
import { createConnectionLoader, redactEnvironment } from "../connections/load-connection.ts";
import { createMcpConnections } from "../connections/mcp-connections.ts";
import { createRemoteAccess } from "../connections/remote-access.ts";
import { SAMPLE_CONNECTION } from "../connections/shipped.ts";
import { tellStates } from "../connections/tell-states.ts";
import { createToolGuard } from "../connections/tool-guard.ts";
import type { CredentialUse } from "../credentials/use-credential.ts";
import type { EgressClient } from "../egress/create-egress-client.ts";
import type { Logger } from "../logger.ts";
import { createMcpPool, type McpPool } from "../mcp/client-pool.ts";
import { createAuthorization } from "../mcp/oauth/authorize.ts";
import { createGrantStore } from "../mcp/oauth/grant-store.ts";
import { createOAuthAccess } from "../mcp/oauth/oauth-access.ts";
import type { Fanout } from "../queue/fanout.ts";
import { createWorkspaceFeed } from "../queue/workspace-feed.ts";
import { type ConnectionStore, createConnectionStore } from "../store/connections.ts";
import { createToolStore } from "../store/tools.ts";
import type { Vault } from "../vault/vault.ts";
import { createComfyui } from "./create-comfyui.ts";
import { type CreateModelsGiven, createModels } from "./create-models.ts";
import type { ServicesGiven } from "./create-services.ts";
import { listenerOrigin } from "./listen.ts";
import { watchHealth } from "./watch-health.ts";

/** Milliseconds the first listing of the sample connection may hold up those who ask what its tools are. */
const FIRST_LISTING_MS = 10_000;

/** The connections with their clients, and what is known of their tools. */
export async function openConnections(
  { config, database, closers, listener, logger }: ServicesGiven,
  {
    vault,
    egress,
    credentialUse,
    blobs,
    installation,
    fanout,
  }: {
    vault: Vault;
    egress: EgressClient;
    credentialUse: CredentialUse;
    blobs: CreateModelsGiven["blobs"];
    installation: () => Promise<string>;
    fanout: Fanout | undefined;
  },
) {
  const feed = createWorkspaceFeed("connections", fanout);
  const connectionStore = tellStates(createConnectionStore(database), feed);
  await moveConnectionSecrets({ store: connectionStore, vault });
  const origin = config.publicUrl?.origin ?? listenerOrigin(listener);
  const authorizing = { grants: createGrantStore(vault), egress, redirectUrl: `${origin}/api/oauth/callback` };
  const remote = createRemoteAccess({ egress, credentials: credentialUse, oauth: createOAuthAccess(authorizing) });
  const loader = createConnectionLoader({ store: connectionStore, vault, remote });
  const guard = createToolGuard({ store: connectionStore, logger });
  closers.add(guard, (thing) => thing.idle());
  const pool = closers.add(
    createMcpPool({ loadConnection: loader.load, onToolsChanged: guard.onToolsChanged, checkCall: guard.checkCall, redact: redactEnvironment, logger }),
    (thing) => thing.close(),
  );
  const sampleTools = createFirstListing({ store: connectionStore, pool, logger });
  const models = createModels({ database, connectionStore, vault, egress, blobs, logger });
  const comfyui = createComfyui({ connectionStore, vault, egress, installation, closers, logger });
  const { note } = createToolStore(database);
  const connections = createConnections({
    store: connectionStore,
    note,
    secretsOf: loader.secretsOf,
    pool,
    models: models.probe,
    comfyui: comfyui.probe,
    vault,
    logger,
  });
  const mcpConnections = createMcpConnections({ store: connectionStore, loader, pool, authorization: createAuthorization(authorizing), logger });
  const watch = closers.add(watchHealth({ database, store: connectionStore, pool, models, comfyui: comfyui.probe, logger }), (thing) => thing.close());
  return {
    connectionHealth: { watch, feed },
    connectionStore,
    loader,
    guard,
    pool,
    sampleTools,
    connections,
    mcpConnections,
    models,
    comfyui: comfyui.clients,
  };
}

function createFirstListing({ store, pool, logger }: { store: ConnectionStore; pool: McpPool; logger: Logger }): { start(): void; settled(): Promise<void> } {
  let listing: Promise<void> = Promise.resolve();
  const list = async () => {
    const row = await store.read(SAMPLE_CONNECTION.id);
    if (!row || row.archivedAt !== null || (await store.tools(row.id)).length > 0) return;
    await pool.list(row.id);
    // its process (80 MB) is started again by whoever uses it
    pool.invalidate(row.id);
  };
  return {
    start: () => {
      listing = list().catch((error: unknown) => logger.warn({ error }, "The tools of the sample connection could not be listed."));
    },
    settled: async () => {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, FIRST_LISTING_MS);
      });
      await Promise.race([listing, late]);
      clearTimeout(timer);
    },
  };
}
