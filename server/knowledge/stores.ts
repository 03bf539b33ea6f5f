import type { Database } from "../store/database/open-database.ts";
import { type ChunkStore, createChunkStore } from "../store/knowledge-chunks.ts";
import { type CollectionStore, createCollectionStore } from "../store/knowledge-collections.ts";
import { createKnowledgeDocumentStore, type KnowledgeDocumentStore } from "../store/knowledge-documents.ts";
import { createKnowledgeSearchStore, type KnowledgeSearchStore } from "../store/knowledge-search.ts";
import { createVectorStore, type VectorStore } from "../store/knowledge-vectors.ts";

/** Where knowledge is kept. */
export interface KnowledgeStores {
  collections: CollectionStore;
  documents: KnowledgeDocumentStore;
  chunks: ChunkStore;
  vectors: VectorStore;
  search: KnowledgeSearchStore;
}

export function createKnowledgeStores(database: Database): KnowledgeStores {
  return {
    collections: createCollectionStore(database),
    documents: createKnowledgeDocumentStore(database),
    chunks: createChunkStore(database),
    vectors: createVectorStore(database),
    search: createKnowledgeSearchStore(database),
  };
}
