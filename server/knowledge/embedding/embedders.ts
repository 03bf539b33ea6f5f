import { storedModelSettings } from "../../connections/settings.ts";
import type { EmbedderSettings } from "../../contract/knowledge-settings.ts";
import { JobError } from "../../jobs/job-kind.ts";
import type { ModelClients } from "../../models/model-client.ts";
import { providerUrl } from "../../models/provider-url.ts";
import type { ConnectionStore } from "../../store/connections.ts";
import type { EmbeddingStore } from "../../store/embeddings.ts";
import type { BuiltInEmbedder } from "./built-in-embedder.ts";
import { cachedEmbedder } from "./cached-embedder.ts";
import type { Embedder } from "./embedder.ts";
import { createModelEmbedder } from "./model-embedder.ts";

/** What embeddings of a piece of work came to. */
export interface EmbeddingCharge {
  tokens: number;
  /** Dollars; null where no price is known. */
  cost: number | null;
}

export interface Embedders {
  builtIn: BuiltInEmbedder;
  /** Remembers what it embedded before. Throws `JobError` when its connection is gone. */
  of(given: { workspace: string; settings: EmbedderSettings; onCharge?: (charge: EmbeddingCharge) => void }): Promise<Embedder>;
}

export interface EmbeddersGiven {
  builtIn: BuiltInEmbedder;
  models: Pick<ModelClients, "embed">;
  connections: Pick<ConnectionStore, "read">;
  store: EmbeddingStore;
}

export function createEmbedders({ builtIn, models, connections, store }: EmbeddersGiven): Embedders {
  const addressOf = async (id: string, workspace: string): Promise<string> => {
    const row = await connections.read(id);
    if (row?.kind !== "model" || row.workspaceId !== workspace || row.archivedAt !== null)
      throw new JobError("The connection of the collection's embedder is not there any more. Choose another embedder in the collection's settings.");
    return providerUrl(storedModelSettings(row.settings))?.href ?? "";
  };
  return {
    builtIn,
    of: async ({ workspace, settings, onCharge }) => {
      if (settings.type === "built-in") return cachedEmbedder(builtIn, { store, workspace });
      const { connection, model } = settings;
      const address = await addressOf(connection, workspace);
      const embedder = createModelEmbedder({ models, workspace, connection, model, address, ...(onCharge && { onCharge }) });
      return cachedEmbedder(embedder, { store, workspace });
    },
  };
}
