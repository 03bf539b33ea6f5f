import type { GraphId } from "#runtime/graph/ids.ts";
import type { Catalog } from "#runtime/node/catalog.ts";
import { compile, referenceKeys } from "#runtime/plan/compile.ts";
import type { Blobs } from "../assets/blob-store.ts";
import { type Chats, createChats } from "../chats/chats.ts";
import type { Documents } from "../documents/documents.ts";
import type { RunService } from "../engine/run-service.ts";
import { inputSchemaOf } from "../graph-reference.ts";
import type { LookUp } from "../references.ts";
import { createChatStore } from "../store/chats.ts";
import type { Database } from "../store/database/open-database.ts";
import { createMemoryStore } from "../store/memory.ts";

export interface CreateChatsGiven {
  database: Database;
  documents: Documents;
  runs: RunService;
  blobs: Blobs;
  catalog: Catalog;
  references: LookUp;
  /** Where a graph is. */
  workspaceOf: (graph: GraphId) => Promise<string>;
}

export function wireChats({ database, documents, runs, blobs, catalog, references, workspaceOf }: CreateChatsGiven): Chats {
  return createChats({
    ...{ store: createChatStore(database), runs, blobs },
    summary: (graph) => documents.summary(graph),
    planOf: async (graph, revision) => {
      if (revision !== "draft") {
        const found = await documents.readRevision(graph, revision);
        return compile(found.graph, catalog, found.references).plan;
      }
      const draft = await documents.readDraft(graph);
      return compile(draft, catalog, await references(await workspaceOf(graph), referenceKeys(draft, catalog))).plan;
    },
    inputSchemaOf: (plan) => inputSchemaOf(plan, catalog),
    forget: createMemoryStore(database).forget,
  });
}
