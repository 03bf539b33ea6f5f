import { and, asc, eq, isNotNull, isNull, or, type SQL, sql } from "drizzle-orm";
import type { Database } from "./database/open-database.ts";
import { readNameCursor, writeNameCursor } from "./name-cursor.ts";
import { knowledgeCollections, knowledgeRules } from "./schema/knowledge.ts";
import { storableText } from "./storable-text.ts";

export type CollectionRow = typeof knowledgeCollections.$inferSelect;
export interface CollectionCounts {
  documents: number;
  ready: number;
  failed: number;
  working: number;
  chunks: number;
}
export type CountedCollection = CollectionRow & { counts: CollectionCounts };
export type RuleRow = typeof knowledgeRules.$inferSelect;

type Settings = Pick<CollectionRow, "name" | "description" | "language" | "chunking" | "embedder" | "reranker">;
interface Place {
  workspace: string;
  id: string;
}

/** Nothing here sees a collection that was removed. */
export interface CollectionStore {
  create(given: Settings & Place): Promise<void>;
  list(query: {
    workspace: string;
    search?: string | undefined;
    cursor?: string | undefined;
    limit: number;
  }): Promise<{ items: CountedCollection[]; nextCursor?: string }>;
  read(place: Place): Promise<CountedCollection | undefined>;
  /** Without its counts, for what has no time to count. */
  settings(place: Place): Promise<CollectionRow | undefined>;
  /** False when there is none. */
  change(place: Place, given: Partial<Settings>): Promise<boolean>;
  /** What its vectors are from now on. They have no index yet. */
  setVectors(place: Place, given: { dimension: number; embeddedBy: string }): Promise<void>;
  /** Its vectors of this dimension have an index; nothing changes where it has others by now. */
  setIndexed(place: Place, dimension: number): Promise<void>;
  /** Those of all workspaces that have vectors and no index. */
  withoutIndex(): Promise<CollectionRow[]>;
  remove(place: Place): Promise<boolean>;
  rules(query: { workspace: string; collection?: string | undefined; subject?: string | undefined }): Promise<RuleRow[]>;
  setRule(
    cell: { workspace: string; collection: string; subject: string },
    rule: Pick<RuleRow, "allowed" | "mostChunks" | "leastRelevance"> | null,
  ): Promise<void>;
}

const COUNTS = sql<CollectionCounts>`(SELECT json_build_object(
  'documents', count(*)::int, 'ready', (count(*) FILTER (WHERE state = 'ready'))::int, 'failed', (count(*) FILTER (WHERE state = 'failed'))::int,
  'working', (count(*) FILTER (WHERE state IN ('queued', 'reading', 'chunking', 'embedding')))::int, 'chunks', coalesce(sum(chunks), 0)::int)
  FROM knowledge_documents WHERE collection_id = ${sql.raw('"knowledge_collections"."id"')})`;

export function createCollectionStore({ db }: Database): CollectionStore {
  const isAt = ({ workspace, id }: Place) =>
    and(eq(knowledgeCollections.id, id), eq(knowledgeCollections.workspaceId, workspace), isNull(knowledgeCollections.removedAt));
  const select = () => db.select({ row: knowledgeCollections, counts: COUNTS }).from(knowledgeCollections);
  return {
    create: async ({ workspace, ...given }) => {
      await db.insert(knowledgeCollections).values({ ...given, ...storable(given), workspaceId: workspace });
    },
    list: async ({ workspace, search, cursor, limit }) => {
      const [name, id] = readNameCursor(cursor);
      const wanted = search?.toLowerCase();
      const { name: called, description } = knowledgeCollections;
      const conditions: (SQL | undefined)[] = [
        eq(knowledgeCollections.workspaceId, workspace),
        isNull(knowledgeCollections.removedAt),
        cursor === undefined ? undefined : sql`(${called}, ${knowledgeCollections.id}) > (${name}, ${id})`,
        wanted ? or(sql`strpos(lower(${called}), ${wanted}) > 0`, sql`strpos(lower(${description}), ${wanted}) > 0`) : undefined,
      ];
      const rows = await select()
        .where(and(...conditions))
        .orderBy(asc(called), asc(knowledgeCollections.id))
        .limit(limit + 1);
      const items = rows.map(({ row, counts }) => ({ ...row, counts }));
      const last = rows.length > limit ? items[limit - 1] : undefined;
      return { items: items.slice(0, limit), ...(last && { nextCursor: writeNameCursor(last) }) };
    },
    read: async (place) => {
      const [found] = await select().where(isAt(place));
      return found && { ...found.row, counts: found.counts };
    },
    settings: async (place) => (await db.select().from(knowledgeCollections).where(isAt(place)))[0],
    change: async (place, given) => {
      const set = { ...given, ...storable(given), updatedAt: sql`now()` };
      return (await db.update(knowledgeCollections).set(set).where(isAt(place)).returning({ id: knowledgeCollections.id })).length > 0;
    },
    setVectors: async (place, given) => {
      await db
        .update(knowledgeCollections)
        .set({ ...given, isIndexed: false })
        .where(isAt(place));
    },
    setIndexed: async (place, dimension) => {
      await db
        .update(knowledgeCollections)
        .set({ isIndexed: true })
        .where(and(isAt(place), eq(knowledgeCollections.dimension, dimension)));
    },
    withoutIndex: () => {
      const { dimension, isIndexed, removedAt } = knowledgeCollections;
      return db
        .select()
        .from(knowledgeCollections)
        .where(and(isNotNull(dimension), eq(isIndexed, false), isNull(removedAt)));
    },
    remove: async (place) => {
      const gone = await db.update(knowledgeCollections).set({ removedAt: sql`now()` }).where(isAt(place)).returning({ id: knowledgeCollections.id });
      return gone.length > 0;
    },
    rules: ({ workspace, collection, subject }) =>
      db
        .select()
        .from(knowledgeRules)
        .where(
          and(
            eq(knowledgeRules.workspaceId, workspace),
            collection === undefined ? undefined : eq(knowledgeRules.collectionId, collection),
            subject === undefined ? undefined : eq(knowledgeRules.subject, subject),
          ),
        )
        .orderBy(asc(knowledgeRules.collectionId), asc(knowledgeRules.subject)),
    setRule: async ({ workspace, collection, subject }, rule) => {
      const cell = and(eq(knowledgeRules.workspaceId, workspace), eq(knowledgeRules.collectionId, collection), eq(knowledgeRules.subject, subject));
      if (rule === null) return void (await db.delete(knowledgeRules).where(cell));
      await db
        .insert(knowledgeRules)
        .values({ workspaceId: workspace, collectionId: collection, subject, ...rule })
        .onConflictDoUpdate({ target: [knowledgeRules.collectionId, knowledgeRules.subject], set: rule });
    },
  };
}

function storable({ name, description }: Partial<Settings>) {
  return { ...(name !== undefined && { name: storableText(name) }), ...(description !== undefined && { description: storableText(description) }) };
}
