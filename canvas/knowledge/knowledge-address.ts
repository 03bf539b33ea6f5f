import type { ChunkId, CollectionId, DocId } from "#runtime/graph/ids.ts";

export const collectionAddress = (collection: CollectionId) => `/knowledge/${collection}`;

/** Of a document's page; with the id of a chunk, that one is brought into view. */
export function documentAddress(document: DocId, chunk?: ChunkId): string {
  return `/knowledge/documents/${document}${chunk === undefined ? "" : `?${new URLSearchParams({ chunk })}`}`;
}
