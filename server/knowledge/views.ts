import type { JobProgress } from "../contract/jobs.ts";
import { type Chunk, type Collection, chunkSchema, collectionSchema, type KnowledgeDocument, knowledgeDocumentSchema } from "../contract/knowledge.ts";
import type { ChunkRow } from "../store/knowledge-chunks.ts";
import type { CountedCollection } from "../store/knowledge-collections.ts";
import type { DocumentRow } from "../store/knowledge-documents.ts";

export function viewCollection(row: CountedCollection): Collection {
  const { id, name, description, language, chunking, embedder, dimension, reranker, counts, createdAt, updatedAt } = row;
  return collectionSchema.parse({
    ...{ id, name, description, language, chunking, embedder, dimension, reranker, counts },
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  });
}

export function isWorking({ state }: Pick<DocumentRow, "state">): boolean {
  return state === "queued" || state === "reading" || state === "chunking" || state === "embedding";
}

export function viewDocument(row: DocumentRow, progress: JobProgress | undefined): KnowledgeDocument {
  const { id, collectionId, title, source, tags, state, error, job, chunks, characters, pages, createdAt, updatedAt, indexedAt } = row;
  return knowledgeDocumentSchema.parse({
    ...{ id, title, source, tags, state, job, chunks, characters, pages, collection: collectionId },
    error: state === "failed" ? error : null,
    progress: isWorking(row) ? (progress ?? null) : null,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
    indexedAt: indexedAt?.toISOString() ?? null,
  });
}

export function viewChunk({ id, text, tokens, disabled, edited, position, page, headings, start, end }: ChunkRow): Chunk {
  return chunkSchema.parse({ id, text, tokens, disabled, edited, position, page, headings, start, end });
}
