import type { EmbedderSettings } from "../../contract/knowledge-settings.ts";
import type { ModelClients } from "../../models/model-client.ts";
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
  /** Remembers what it embedded before. */
  of(given: { workspace: string; settings: EmbedderSettings; onCharge?: (charge: EmbeddingCharge) => void }): Embedder;
}

export function createEmbedders(given: { builtIn: BuiltInEmbedder; models: Pick<ModelClients, "embed">; store: EmbeddingStore }): Embedders {
  const { builtIn, models, store } = given;
  return {
    builtIn,
    of: ({ workspace, settings, onCharge }) => {
      const embedder =
        settings.type === "built-in"
          ? builtIn
          : createModelEmbedder({ models, workspace, connection: settings.connection, model: settings.model, ...(onCharge && { onCharge }) });
      return cachedEmbedder(embedder, { store, workspace });
    },
  };
}
