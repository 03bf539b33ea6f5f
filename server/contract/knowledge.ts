import { z } from "zod";
import { chunkIdSchema, collectionIdSchema, docIdSchema, graphIdSchema, jobIdSchema } from "#runtime/graph/ids.ts";
import { fileValueSchema } from "#runtime/node/port-value.ts";
import { emptySchema, listOf, listQuerySchema, nameSchema, pageOf, timeSchema } from "./common.ts";
import { jobProgressSchema } from "./jobs.ts";
import { chunkingSchema, embedderSchema, LANGUAGES, rerankerSchema, tagsSchema, wholeNumber } from "./knowledge-settings.ts";
import { defineRoute } from "./route.ts";

const descriptionSchema = z.string().trim().max(2_000);

/** What a search by meaning needs and the database may lack. */
export const vectorSupportSchema = z.discriminatedUnion("available", [
  z.strictObject({ available: z.literal(true) }),
  /** Full text works all the same. `reason`: what is missing. `advice`: how to get it. */
  z.strictObject({ available: z.literal(false), reason: z.string(), advice: z.string() }),
]);
export type VectorSupport = z.infer<typeof vectorSupportSchema>;

export const documentStateSchema = z.enum(["queued", "reading", "chunking", "preview", "embedding", "ready", "failed", "cancelled"]);
export type DocumentState = z.infer<typeof documentStateSchema>;

/** A body of documents that are searched together. */
export const collectionSchema = z.strictObject({
  id: collectionIdSchema,
  name: z.string(),
  description: z.string(),
  /** Whose words and stop words full text goes by. */
  language: z.enum(LANGUAGES),
  chunking: chunkingSchema,
  embedder: embedderSchema,
  /** Numbers of a vector; null until the first document is embedded. */
  dimension: z.int().nullable(),
  reranker: rerankerSchema.nullable(),
  counts: z.strictObject({
    documents: z.int(),
    ready: z.int(),
    failed: z.int(),
    /** Documents that are worked on or wait for it. */
    working: z.int(),
    chunks: z.int(),
  }),
  createdAt: timeSchema,
  updatedAt: timeSchema,
});
export type Collection = z.infer<typeof collectionSchema>;

/** The kind of job that makes the index of a collection's vectors. One that is cancelled is submitted again within the hour. */
export const MAKE_INDEX_KIND = "knowledge-make-index";

/** Where the content of a document comes from. */
export const documentSourceSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("text") }),
  z.strictObject({ type: z.literal("url"), url: z.string() }),
  /** `path`: within the folder it was imported with. */
  z.strictObject({ type: z.literal("asset"), asset: fileValueSchema, path: z.string().optional() }),
]);
export type DocumentSource = z.infer<typeof documentSourceSchema>;

export const knowledgeDocumentSchema = z.strictObject({
  id: docIdSchema,
  collection: collectionIdSchema,
  title: z.string(),
  source: documentSourceSchema,
  tags: z.array(z.string()),
  /** `preview`: it is cut into chunks that nobody finds yet, to be looked at and then indexed. */
  state: documentStateSchema,
  /** Why it failed and what to do; null unless it did. An earlier index is still searched then. */
  error: z.string().nullable(),
  /** While it is worked on. */
  progress: jobProgressSchema.nullable(),
  /** What works on it, or did last: to be cancelled under `/api/jobs`. */
  job: jobIdSchema.nullable(),
  chunks: z.int(),
  /** Characters of its text; 0 until it is read. */
  characters: z.int(),
  /** Pages, where it has any. */
  pages: z.int().nullable(),
  createdAt: timeSchema,
  updatedAt: timeSchema,
  indexedAt: timeSchema.nullable(),
});
export type KnowledgeDocument = z.infer<typeof knowledgeDocumentSchema>;

/** Where in its document a chunk stands, so that a passage can be cited. */
export const chunkPlaceSchema = z.strictObject({
  /** From 0, in the document's order. */
  position: z.int(),
  /** From 1; null where the document has no pages. */
  page: z.int().nullable(),
  /** Titles it stands under, the outermost first. */
  headings: z.array(z.string()),
  /** Characters of the document's text before it, and before its end. */
  start: z.int(),
  end: z.int(),
});

export const chunkSchema = chunkPlaceSchema.extend({
  id: chunkIdSchema,
  text: z.string(),
  /** About how many tokens a model would read. */
  tokens: z.int(),
  /** It is not found. */
  disabled: z.boolean(),
  /** Somebody has changed its text; re-indexing asks the source again and loses that. */
  edited: z.boolean(),
});
export type Chunk = z.infer<typeof chunkSchema>;

export const searchModeSchema = z.enum(["hybrid", "text", "vector"]);
export type SearchMode = z.infer<typeof searchModeSchema>;

/** A chunk that was found, and why. */
export const foundPassageSchema = chunkPlaceSchema.extend({
  chunk: chunkIdSchema,
  text: z.string(),
  document: z.strictObject({ id: docIdSchema, title: z.string(), source: documentSourceSchema, tags: z.array(z.string()) }),
  /** What the list is ordered by: 1/(60 + rank) by meaning, and as much by words times their score, or what the reranker gave. */
  score: z.number(),
  /** From 0 to 1, comparable between searches: the reranker's word, else the cosine of the angle, else the share of the best possible words. */
  relevance: z.number(),
  /** Why it stands where it stands; null for a list that does not hold it. */
  why: z.strictObject({
    text: z.strictObject({ rank: z.int(), score: z.number() }).nullable(),
    vector: z.strictObject({ rank: z.int(), similarity: z.number() }).nullable(),
    reranked: z.strictObject({ rank: z.int(), score: z.number() }).nullable(),
  }),
  /** Characters of `text` that match words of the query. */
  highlights: z.array(z.strictObject({ start: z.int(), end: z.int() })),
});
export type FoundPassage = z.infer<typeof foundPassageSchema>;

/** Which graph or agent sees a collection. The rule of the graph itself counts before that of all of them (`*`); without any, it is allowed. */
const OF_RELEVANCE = "Relevance is from 0 to 100 per cent.";

export const contextRuleSchema = z.strictObject({
  collection: collectionIdSchema,
  /** A graph or an agent, or `*` for all of them. */
  subject: z.union([graphIdSchema, z.literal("*")]),
  allowed: z.boolean(),
  /** Passages one search gives at most; null: as many as were asked for. */
  mostChunks: wholeNumber(1, 100).nullable(),
  /** Passages of less relevance are left out; null: none are. */
  leastRelevance: z.number(OF_RELEVANCE).min(0, OF_RELEVANCE).max(1, OF_RELEVANCE).nullable(),
});
export type ContextRule = z.infer<typeof contextRuleSchema>;

const collectionParams = z.strictObject({ id: collectionIdSchema });
const read = { action: "knowledge.read", status: 200 } as const;
const write = { action: "knowledge.write" } as const;

export const readKnowledge = defineRoute({
  id: "readKnowledge",
  method: "GET",
  path: "/api/knowledge",
  summary: "What knowledge can do here: whether the database knows vectors, and what is built in",
  ...read,
  params: emptySchema,
  query: emptySchema,
  answer: z.strictObject({
    vectors: vectorSupportSchema,
    /** The embedder that needs no connection; null where it cannot work. */
    builtIn: z.strictObject({ title: z.string(), dimension: z.int(), languages: z.string() }).nullable(),
    limits: z.strictObject({ fileBytes: z.int(), characters: z.int(), documents: z.int() }),
  }),
});

export const listCollections = defineRoute({
  id: "listCollections",
  method: "GET",
  path: "/api/knowledge/collections",
  summary: "Collections by name; `search` looks at names and descriptions",
  ...read,
  params: emptySchema,
  query: listQuerySchema,
  answer: pageOf(collectionSchema),
});
const newCollection = z.strictObject({
  name: nameSchema,
  description: descriptionSchema.default(""),
  language: z.enum(LANGUAGES).default("english"),
  chunking: chunkingSchema.prefault({}),
  embedder: embedderSchema.default({ type: "built-in" }),
  reranker: rerankerSchema.nullable().default(null),
});
export const createCollection = defineRoute({
  id: "createCollection",
  method: "POST",
  path: "/api/knowledge/collections",
  summary: "Make a collection",
  ...write,
  params: emptySchema,
  query: emptySchema,
  body: newCollection,
  status: 201,
  answer: collectionSchema,
});
export const readCollection = defineRoute({
  id: "readCollection",
  method: "GET",
  path: "/api/knowledge/collections/:id",
  summary: "One collection",
  ...read,
  params: collectionParams,
  query: emptySchema,
  answer: collectionSchema,
});
/** Another embedder, chunking or language holds for what is indexed from then on: re-index the collection. With an embedder of another dimension nothing is found by meaning until that is done. */
export const changeCollection = defineRoute({
  id: "changeCollection",
  method: "PATCH",
  path: "/api/knowledge/collections/:id",
  summary: "Change a collection's name, description or settings",
  ...write,
  params: collectionParams,
  query: emptySchema,
  body: z.strictObject({
    name: nameSchema.optional(),
    description: descriptionSchema.optional(),
    language: z.enum(LANGUAGES).optional(),
    chunking: chunkingSchema.optional(),
    embedder: embedderSchema.optional(),
    reranker: rerankerSchema.nullable().optional(),
  }),
  status: 200,
  answer: collectionSchema,
});
export const deleteCollection = defineRoute({
  id: "deleteCollection",
  method: "DELETE",
  path: "/api/knowledge/collections/:id",
  summary: "Delete a collection with its documents",
  ...write,
  params: collectionParams,
  query: emptySchema,
  status: 204,
  answer: z.undefined(),
});
export const reindexCollection = defineRoute({
  id: "reindexCollection",
  method: "POST",
  path: "/api/knowledge/collections/:id/reindex",
  summary: "Read, cut and embed all documents again; the old index is searched until each is done",
  ...write,
  params: collectionParams,
  query: emptySchema,
  body: emptySchema,
  status: 202,
  answer: z.strictObject({ documents: z.int() }),
});

export const searchKnowledge = defineRoute({
  id: "searchKnowledge",
  method: "POST",
  path: "/api/knowledge/search",
  summary: "Find passages by meaning and by words; models of connections are asked only for those who may use connections",
  ...read,
  params: emptySchema,
  query: emptySchema,
  body: z.strictObject({
    collection: collectionIdSchema,
    query: z.string().trim().min(1, { error: "Ask something." }).max(4_000),
    limit: z.int().min(1).max(100).default(10),
    mode: searchModeSchema.default("hybrid"),
    /** Only of documents that have one of these. */
    tags: tagsSchema.default([]),
    /** Only of these. */
    documents: z.array(docIdSchema).max(100).default([]),
    /** Ask the collection's reranker; absent: where it has one. */
    rerank: z.boolean().optional(),
    leastRelevance: z.number().min(0).max(1).optional(),
  }),
  answer: z.strictObject({
    items: z.array(foundPassageSchema),
    /** How it was searched: without vectors a hybrid search is one by words. */
    mode: searchModeSchema,
    /** What could not be done, and what to do about it; null when all was. */
    notice: z.string().nullable(),
    /** Milliseconds it took. */
    milliseconds: z.number(),
  }),
});

export const listContextRules = defineRoute({
  id: "listContextRules",
  method: "GET",
  path: "/api/knowledge/rules",
  summary: "Which graph or agent sees which collection",
  ...read,
  params: emptySchema,
  query: z.strictObject({ collection: collectionIdSchema.optional(), subject: contextRuleSchema.shape.subject.optional() }),
  answer: listOf(contextRuleSchema),
});
export const setContextRule = defineRoute({
  id: "setContextRule",
  method: "PUT",
  path: "/api/knowledge/rules",
  summary: "Say whether and how a graph or an agent sees a collection; `rule` null takes the rule away",
  ...write,
  params: emptySchema,
  query: emptySchema,
  body: z.strictObject({
    ...contextRuleSchema.pick({ collection: true, subject: true }).shape,
    rule: contextRuleSchema.omit({ collection: true, subject: true }).nullable(),
  }),
  status: 200,
  answer: listOf(contextRuleSchema),
});
