import type { AuditFact } from "../audit/audit-log.ts";
import { findThings } from "../contract/find.ts";
import * as contract from "../contract/knowledge.ts";
import * as documentContract from "../contract/knowledge-documents.ts";
import { MOST_DOCUMENTS } from "../knowledge/documents.ts";
import { BUILT_IN } from "../knowledge/embedding/built-in-embedder.ts";
import type { FindThings } from "../knowledge/find/find-things.ts";
import type { Knowledge } from "../knowledge/knowledge.ts";
import { READING_LIMITS } from "../knowledge/reading/block.ts";
import { type Handling, handle } from "./handle.ts";

export function knowledgeRoutes({ knowledge, find }: { knowledge: Knowledge; find: FindThings }): Handling[] {
  const { collections, stores, search } = knowledge;
  return [
    handle(contract.readKnowledge, async () => {
      const vectors = await stores.vectors.support();
      const { title, dimension, languages } = BUILT_IN;
      const { fileBytes, characters } = READING_LIMITS;
      return { vectors, builtIn: vectors.available ? { title, dimension, languages } : null, limits: { fileBytes, characters, documents: MOST_DOCUMENTS } };
    }),
    handle(contract.listCollections, ({ query, workspace }) => collections.list({ ...query, workspace })),
    handle(contract.createCollection, ({ body, workspace }) => collections.create(workspace, body), {
      audit: (_call, { id, name }) => changed({ id, name }, { made: true }),
    }),
    handle(contract.readCollection, ({ params: { id }, workspace }) => collections.read({ workspace, id })),
    handle(contract.changeCollection, ({ params: { id }, body, workspace }) => collections.change({ workspace, id }, body), {
      audit: (_call, { id, name }) => changed({ id, name }),
    }),
    handle(
      contract.deleteCollection,
      async ({ params: { id }, workspace }) => {
        await collections.remove({ workspace, id });
        return undefined;
      },
      { audit: ({ params: { id } }) => changed({ id, name: id }, { removed: true }) },
    ),
    handle(contract.reindexCollection, async ({ params: { id }, workspace }) => ({ documents: await collections.reindex({ workspace, id }) })),
    handle(contract.searchKnowledge, async ({ body, workspace, signal, may }) => search(body, { workspace, signal, mayPay: await may("connection.use") })),
    handle(contract.listContextRules, async ({ query, workspace }) => ({ items: await collections.rules({ ...query, workspace }) })),
    handle(contract.setContextRule, async ({ body, workspace }) => ({ items: await collections.setRule(workspace, body) }), {
      audit: ({ body: { collection, subject, rule } }) => changed({ id: collection, name: collection }, { subject, rule }),
    }),
    handle(findThings, ({ query, workspace, signal }) => find(query, { workspace, signal })),
    ...documentRoutes(knowledge),
  ];
}

function documentRoutes({ documents }: Knowledge): Handling[] {
  return [
    handle(documentContract.listKnowledgeDocuments, ({ params: { id }, query, workspace }) => documents.list({ ...query, workspace, collection: id })),
    handle(documentContract.listKnowledgeTags, async ({ params: { id }, workspace }) => ({ items: await documents.tags({ workspace, id }) })),
    handle(documentContract.addKnowledgeDocument, ({ params: { id }, body, workspace }) => documents.add({ workspace, id }, body)),
    handle(documentContract.previewChunks, ({ body, workspace, signal }) => documents.preview(workspace, body, signal)),
    handle(documentContract.readKnowledgeDocument, ({ params: { id }, workspace }) => documents.read({ workspace, id })),
    handle(documentContract.changeKnowledgeDocument, ({ params: { id }, body, workspace }) => documents.change({ workspace, id }, body)),
    handle(documentContract.deleteKnowledgeDocument, async ({ params: { id }, workspace }) => {
      await documents.remove({ workspace, id });
      return undefined;
    }),
    handle(documentContract.reindexKnowledgeDocument, ({ params: { id }, body, workspace }) => documents.reindex({ workspace, id }, body)),
    handle(documentContract.indexKnowledgeDocument, ({ params: { id }, workspace }) => documents.index({ workspace, id })),
    handle(documentContract.listChunks, ({ params: { id }, query, workspace }) => documents.chunks({ workspace, id }, query)),
    handle(documentContract.readChunk, ({ params: { id }, workspace }) => documents.readChunk({ workspace, id })),
    handle(documentContract.changeChunk, ({ params: { id }, body, workspace, signal }) => documents.changeChunk({ workspace, id }, body, signal)),
  ];
}

function changed({ id, name }: { id: string; name: string }, detail?: AuditFact["detail"]): AuditFact {
  return { action: "knowledge.changed", resource: { kind: "collection", id, name }, ...(detail && { detail }) };
}
