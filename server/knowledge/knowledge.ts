import type { HttpClient } from "#nodes/kit/http/service.ts";
import type { FileStore } from "../assets/blob-store.ts";
import type { Jobs } from "../jobs/jobs.ts";
import type { Logger } from "../logger.ts";
import type { ModelClients } from "../models/model-client.ts";
import type { ConnectionStore } from "../store/connections.ts";
import type { Database } from "../store/database/open-database.ts";
import { createEmbeddingStore } from "../store/embeddings.ts";
import { createKnowledgeCharges, type KnowledgeCharges } from "./charges.ts";
import { type Collections, createCollections } from "./collections.ts";
import { createKnowledgeDocuments, type KnowledgeDocuments } from "./documents.ts";
import { embedMissing, embedMissingKind } from "./embed-missing.ts";
import { createBuiltInEmbedder } from "./embedding/built-in-embedder.ts";
import { createEmbedders, type Embedders } from "./embedding/embedders.ts";
import { indexKind } from "./index-document.ts";
import { askForIndex, askForMissingIndexes, makeIndexKind } from "./make-index.ts";
import { reindexKind } from "./reindex-collection.ts";
import { createSearch, type SearchKnowledge } from "./search.ts";
import { createKnowledgeStores, type KnowledgeStores } from "./stores.ts";

/** Documents that people and agents search by meaning and by words. */
export interface Knowledge {
  collections: Collections;
  documents: KnowledgeDocuments;
  search: SearchKnowledge;
  embedders: Embedders;
  charges: KnowledgeCharges;
  stores: KnowledgeStores;
  /** Drops what nobody finds any more, and vectors that were long not needed; ends what nobody works on; has documents embedded, and indexes made, that could not be. Answers how many rows went. To be called now and then. */
  evict(): Promise<number>;
  close(): Promise<void>;
}

export interface KnowledgeGiven {
  database: Database;
  jobs: Jobs;
  files: (workspace: string) => Pick<FileStore, "size" | "open">;
  /** The egress guard's. */
  http: HttpClient;
  models: Pick<ModelClients, "embed" | "clientFor">;
  connections: Pick<ConnectionStore, "read">;
  logger: Logger;
}

export function createKnowledge({ database, jobs, files, http, models, connections, logger }: KnowledgeGiven): Knowledge {
  const stores = createKnowledgeStores(database);
  const cache = createEmbeddingStore(database);
  const builtIn = createBuiltInEmbedder();
  const embedders = createEmbedders({ builtIn, models, connections, store: cache });
  const documents = createKnowledgeDocuments({ ...stores, files, http, embedders, jobs });
  jobs.add(indexKind({ ...stores, files, http, embedders, logger, onLarge: askForIndex(jobs) }));
  jobs.add(makeIndexKind(stores));
  jobs.add(reindexKind(stores, documents.reindex));
  jobs.add(embedMissingKind({ ...stores, jobs }));
  return {
    ...{ documents, embedders, stores },
    charges: createKnowledgeCharges({ stores, models, jobs }),
    collections: createCollections({ stores, jobs, connections }),
    search: createSearch({ ...stores, embedders, models, logger }),
    evict: async () => {
      await embedMissing({ ...stores, jobs });
      await askForMissingIndexes(stores, askForIndex(jobs));
      return (await stores.documents.endStranded(STRANDED)) + (await sweep(stores)) + (await cache.evict());
    },
    close: builtIn.close,
  };
}

const STRANDED = "The work on it was broken off. Re-index it.";

async function sweep({ chunks, vectors }: KnowledgeStores): Promise<number> {
  let swept = 0;
  const all = async (some: () => Promise<number>) => {
    for (let count = await some(); count > 0; count = await some()) swept += count;
  };
  await chunks.sweepCollections();
  await all(chunks.sweep);
  await all(() => vectors.sweep());
  await chunks.sweepCollections();
  await vectors.sweepIndexes();
  return swept;
}
