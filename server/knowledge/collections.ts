import type { z } from "zod";
import { createId } from "#runtime/graph/ids.ts";
import { ApiError } from "../api-error.ts";
import {
  type Collection,
  type ContextRule,
  type changeCollection,
  contextRuleSchema,
  type createCollection,
  type setContextRule,
} from "../contract/knowledge.ts";
import type { EmbedderSettings } from "../contract/knowledge-settings.ts";
import type { Jobs } from "../jobs/jobs.ts";
import type { ConnectionStore } from "../store/connections.ts";
import type { CountedCollection, RuleRow } from "../store/knowledge-collections.ts";
import { REINDEX_KIND } from "./reindex-collection.ts";
import type { KnowledgeStores } from "./stores.ts";
import { viewCollection } from "./views.ts";

interface Place {
  workspace: string;
  id: string;
}
type New = z.output<NonNullable<typeof createCollection.body>>;
type Change = z.output<NonNullable<typeof changeCollection.body>>;
type RuleChange = z.output<NonNullable<typeof setContextRule.body>>;

/** Collections as the API offers them. What names one throws `ApiError("not-found")` when there is none. */
export interface Collections {
  list(query: {
    workspace: string;
    search?: string | undefined;
    cursor?: string | undefined;
    limit: number;
  }): Promise<{ items: Collection[]; nextCursor?: string }>;
  create(workspace: string, given: New): Promise<Collection>;
  read(place: Place): Promise<Collection>;
  change(place: Place, given: Change): Promise<Collection>;
  remove(place: Place): Promise<void>;
  /** Answers how many documents that is. */
  reindex(place: Place): Promise<number>;
  rules(query: { workspace: string; collection?: string | undefined; subject?: string | undefined }): Promise<ContextRule[]>;
  /** Answers the collection's rules. */
  setRule(workspace: string, change: RuleChange): Promise<ContextRule[]>;
}

export interface CollectionsGiven {
  stores: KnowledgeStores;
  jobs: Pick<Jobs, "submit">;
  connections: Pick<ConnectionStore, "read">;
}

export function createCollections({ stores, jobs, connections }: CollectionsGiven): Collections {
  const { collections } = stores;
  const require = async (place: Place): Promise<CountedCollection> => {
    const row = await collections.read(place);
    if (!row) throw new ApiError("not-found", "There is no such collection.");
    return row;
  };
  const requireModel = async (workspace: string, { id, path }: { id: string; path: string }) => {
    const row = await connections.read(id);
    if (row && row.workspaceId === workspace && row.kind === "model" && row.archivedAt === null) return;
    const message = "There is no such model connection. Make one on the page of connections.";
    throw new ApiError("bad-request", message, { errors: [{ path, message }] });
  };
  const check = async (
    workspace: string,
    { embedder, reranker }: { embedder?: EmbedderSettings | undefined; reranker?: { connection: string } | null | undefined },
  ) => {
    if (embedder?.type === "connection") await requireModel(workspace, { id: embedder.connection, path: "/embedder/connection" });
    if (reranker) await requireModel(workspace, { id: reranker.connection, path: "/reranker/connection" });
  };
  const rules: Collections["rules"] = async (query) => (await collections.rules(query)).map(viewRule);
  return {
    list: async (query) => {
      const { items, ...rest } = await collections.list(query);
      return { items: items.map(viewCollection), ...rest };
    },
    create: async (workspace, given) => {
      await check(workspace, given);
      const id = createId("collection");
      await collections.create({ ...given, workspace, id });
      return viewCollection(await require({ workspace, id }));
    },
    read: async (place) => viewCollection(await require(place)),
    change: async (place, given) => {
      await check(place.workspace, given);
      const { name, description, language, chunking, embedder, reranker } = given;
      const told = {
        ...(name !== undefined && { name }),
        ...(description !== undefined && { description }),
        ...(language !== undefined && { language }),
        ...(chunking !== undefined && { chunking }),
        ...(embedder !== undefined && { embedder }),
        ...(reranker !== undefined && { reranker }),
      };
      await collections.change(place, told);
      return viewCollection(await require(place));
    },
    remove: async (place) => {
      await require(place);
      await collections.remove(place);
    },
    reindex: async (place) => {
      const { name, counts } = await require(place);
      await jobs.submit({ workspace: place.workspace, kind: REINDEX_KIND, title: `Re-index “${name}”`, subject: place.id, input: null, dedupeKey: place.id });
      return counts.documents;
    },
    rules,
    setRule: async (workspace, { collection, subject, rule }) => {
      await require({ workspace, id: collection });
      await collections.setRule({ workspace, collection, subject }, rule);
      return rules({ workspace, collection });
    },
  };
}

function viewRule({ collectionId, subject, allowed, mostChunks, leastRelevance }: RuleRow): ContextRule {
  return contextRuleSchema.parse({ collection: collectionId, subject, allowed, mostChunks, leastRelevance });
}
