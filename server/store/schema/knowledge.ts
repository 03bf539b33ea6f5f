import { sql } from "drizzle-orm";
import { boolean, customType, index, integer, pgTable, primaryKey, real, text, uniqueIndex } from "drizzle-orm/pg-core";
import { bytes, instant, jsonValue, newestFirst, workspaceId } from "./columns.ts";

const searchVector = customType<{ data: string }>({ dataType: () => "tsvector" });

/** Bodies of documents that are searched together. Their vectors are in tables of their own, one for each dimension (`knowledge-vectors.ts`). */
export const knowledgeCollections = pgTable(
  "knowledge_collections",
  {
    id: text("id").primaryKey(),
    workspaceId: workspaceId(),
    name: text("name").notNull(),
    description: text("description").notNull().default(""),
    /** A text search configuration of the database. */
    language: text("language").notNull(),
    chunking: jsonValue("chunking").notNull(),
    embedder: jsonValue("embedder").notNull(),
    reranker: jsonValue("reranker"),
    /** Of the vectors that are searched; null before the first. Together with `embeddedBy` what a query has to be embedded with. */
    dimension: integer("dimension"),
    /** The embedder whose vectors these are (`built-in/1`); null before the first. */
    embeddedBy: text("embedded_by"),
    /** Its vectors have an index of their own. */
    isIndexed: boolean("is_indexed").notNull().default(false),
    createdAt: instant("created_at").notNull().defaultNow(),
    updatedAt: instant("updated_at").notNull().defaultNow(),
    /** From then on nobody sees it; its rows go in the background. */
    removedAt: instant("removed_at"),
  },
  (table) => [index("knowledge_collections_by_name").on(table.workspaceId, table.name, table.id)],
);

export const knowledgeDocuments = pgTable(
  "knowledge_documents",
  {
    id: text("id").primaryKey(),
    workspaceId: workspaceId(),
    collectionId: text("collection_id").notNull(),
    title: text("title").notNull(),
    source: jsonValue("source").notNull(),
    tags: text("tags").array().notNull().default(sql`'{}'::text[]`),
    state: text("state", { enum: ["queued", "reading", "chunking", "preview", "embedding", "ready", "failed", "cancelled"] }).notNull(),
    error: text("error"),
    job: text("job"),
    /** Of the chunks that are found: only those of this generation are. 0: none yet. */
    generation: integer("generation").notNull().default(0),
    /** The one that is being made, or was made last. */
    nextGeneration: integer("next_generation").notNull().default(0),
    chunks: integer("chunks").notNull().default(0),
    characters: integer("characters").notNull().default(0),
    pages: integer("pages"),
    /** Whose vectors its chunks have; null without any. */
    embeddedBy: text("embedded_by"),
    /** The text of a document that came as text. */
    content: text("content"),
    /** A document is added once for each. */
    key: text("key"),
    createdAt: instant("created_at").notNull().defaultNow(),
    updatedAt: instant("updated_at").notNull().defaultNow(),
    indexedAt: instant("indexed_at"),
  },
  (table) => [
    index("knowledge_documents_list").on(table.collectionId, newestFirst(table.createdAt), newestFirst(table.id)),
    index("knowledge_documents_of_workspace").on(table.workspaceId),
    uniqueIndex("knowledge_documents_key").on(table.collectionId, table.key),
  ],
);

/** Pieces of documents. Those of another generation than their document's are found by nobody: they are being made, or about to go. */
export const knowledgeChunks = pgTable(
  "knowledge_chunks",
  {
    id: text("id").primaryKey(),
    workspaceId: workspaceId(),
    collectionId: text("collection_id").notNull(),
    documentId: text("document_id").notNull(),
    generation: integer("generation").notNull(),
    position: integer("position").notNull(),
    page: integer("page"),
    headings: text("headings").array().notNull(),
    start: integer("start").notNull(),
    end: integer("end").notNull(),
    text: text("text").notNull(),
    tokens: integer("tokens").notNull(),
    disabled: boolean("disabled").notNull().default(false),
    edited: boolean("edited").notNull().default(false),
    search: searchVector("search").notNull(),
  },
  (table) => [
    uniqueIndex("knowledge_chunks_in_order").on(table.documentId, table.generation, table.position),
    index("knowledge_chunks_by_collection").on(table.collectionId),
    index("knowledge_chunks_by_words").using("gin", table.search),
  ],
);

/** In how many chunks of a collection a word stands: what it is worth in a search. */
export const knowledgeTerms = pgTable(
  "knowledge_terms",
  {
    workspaceId: workspaceId(),
    collectionId: text("collection_id").notNull(),
    lexeme: text("lexeme").notNull(),
    chunks: integer("chunks").notNull(),
  },
  (table) => [primaryKey({ columns: [table.collectionId, table.lexeme] })],
);

/** Which graph or agent sees which collection, and how much of it. */
export const knowledgeRules = pgTable(
  "knowledge_rules",
  {
    workspaceId: workspaceId(),
    collectionId: text("collection_id").notNull(),
    /** A graph, an agent, or `*`. */
    subject: text("subject").notNull(),
    allowed: boolean("allowed").notNull(),
    mostChunks: integer("most_chunks"),
    leastRelevance: real("least_relevance"),
  },
  (table) => [primaryKey({ columns: [table.collectionId, table.subject] })],
);

/** Vectors of texts, so that no text is embedded twice by the same model. 32-bit floats, little-endian. */
export const embeddings = pgTable(
  "embeddings",
  {
    workspaceId: workspaceId(),
    embedder: text("embedder").notNull(),
    /** SHA-256 of the text, hexadecimal. */
    hash: text("hash").notNull(),
    vector: bytes("vector").notNull(),
    usedAt: instant("used_at").notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.embedder, table.hash] }), index("embeddings_by_use").on(table.usedAt)],
);
