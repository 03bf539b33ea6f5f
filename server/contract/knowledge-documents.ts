import { z } from "zod";
import { chunkIdSchema, collectionIdSchema, docIdSchema } from "#runtime/graph/ids.ts";
import { fileValueSchema } from "#runtime/node/port-value.ts";
import { emptySchema, listOf, listQuerySchema, nameSchema, pageOf } from "./common.ts";
import { chunkPlaceSchema, chunkSchema, documentStateSchema, knowledgeDocumentSchema } from "./knowledge.ts";
import { chunkingSchema, tagsSchema } from "./knowledge-settings.ts";
import { defineRoute } from "./route.ts";

const collectionParams = z.strictObject({ id: collectionIdSchema });
const documentParams = z.strictObject({ id: docIdSchema });
const chunkParams = z.strictObject({ id: chunkIdSchema });
const read = { action: "knowledge.read", status: 200 } as const;
const write = { action: "knowledge.write" } as const;

/** Endings of the names of files that documents are read from, by how they are read. */
export const DOCUMENT_ENDINGS = {
  pdf: ["pdf"],
  html: ["html", "htm", "xhtml"],
  markdown: ["md", "markdown", "mdx"],
  plain: ["txt", "text", "csv", "tsv", "json", "jsonl", "xml", "yaml", "yml", "log", "rst"],
} as const;

export const listKnowledgeDocuments = defineRoute({
  id: "listKnowledgeDocuments",
  method: "GET",
  path: "/api/knowledge/collections/:id/documents",
  summary: "Documents of a collection, newest first; `search` looks at titles and addresses",
  ...read,
  params: collectionParams,
  query: listQuerySchema.extend({ state: z.union([documentStateSchema, z.literal("working")]).optional(), tag: z.string().max(60).optional() }),
  answer: pageOf(knowledgeDocumentSchema),
});
export const listKnowledgeTags = defineRoute({
  id: "listKnowledgeTags",
  method: "GET",
  path: "/api/knowledge/collections/:id/tags",
  summary: "Tags of a collection's documents, the most used first; at most 200",
  ...read,
  params: collectionParams,
  query: emptySchema,
  answer: listOf(z.strictObject({ tag: z.string(), documents: z.int() })),
});
/** Characters of a text that is sent in a request; longer ones are uploaded as a file first. */
export const INLINE_CHARACTERS = 1_000_000;
export const addKnowledgeDocument = defineRoute({
  id: "addKnowledgeDocument",
  method: "POST",
  path: "/api/knowledge/collections/:id/documents",
  summary: "Add a document: a text, an address, or a stored file (text, Markdown, HTML, PDF); it is read and indexed in the background",
  ...write,
  params: collectionParams,
  query: emptySchema,
  body: z
    .strictObject({
      /** Absent: taken from the document, its address or the file's name. */
      title: nameSchema.optional(),
      text: z.string().max(INLINE_CHARACTERS, { error: "Upload a text of more than 1,000,000 characters as a file, and add that." }).optional(),
      url: z
        .url({ protocol: /^https?$/, error: "Write an address that begins with http:// or https://." })
        .max(4_000)
        .optional(),
      asset: z.union([fileValueSchema, fileValueSchema.shape.$asset]).optional(),
      /** Of a file within the folder it is imported with. */
      path: z.string().max(1_000).optional(),
      tags: tagsSchema.default([]),
      /** Stop before it is embedded, so that its chunks can be looked at and edited. */
      preview: z.boolean().default(false),
      /** A second document with the same key is the first one. */
      idempotencyKey: z.string().min(1).max(200).optional(),
    })
    .refine(({ text, url, asset }) => [text, url, asset].filter((value) => value !== undefined).length === 1, {
      error: "Give exactly one of text, url and asset.",
    }),
  bodyLimit: 6 * 1024 * 1024,
  status: 202,
  answer: knowledgeDocumentSchema,
});
/** What cutting would yield, without keeping anything. For those who may set it: a document is read anew each time. */
export const previewChunks = defineRoute({
  id: "previewChunks",
  method: "POST",
  path: "/api/knowledge/chunks/preview",
  summary: "Cut a text or a document with other settings, to see what comes of it; nothing is kept",
  ...write,
  status: 200,
  params: emptySchema,
  query: emptySchema,
  body: z
    .strictObject({ text: z.string().max(200_000).optional(), document: docIdSchema.optional(), chunking: chunkingSchema })
    .refine(({ text, document }) => (text === undefined) !== (document === undefined), { error: "Give either text or document." }),
  answer: z.strictObject({
    /** The first 50. */
    items: z.array(chunkPlaceSchema.extend({ text: z.string(), tokens: z.int() })),
    total: z.int(),
  }),
});
export const readKnowledgeDocument = defineRoute({
  id: "readKnowledgeDocument",
  method: "GET",
  path: "/api/knowledge/documents/:id",
  summary: "One document",
  ...read,
  params: documentParams,
  query: emptySchema,
  answer: knowledgeDocumentSchema,
});
export const changeKnowledgeDocument = defineRoute({
  id: "changeKnowledgeDocument",
  method: "PATCH",
  path: "/api/knowledge/documents/:id",
  summary: "Change a document's title or tags",
  ...write,
  params: documentParams,
  query: emptySchema,
  body: z.strictObject({ title: nameSchema.optional(), tags: tagsSchema.optional() }),
  status: 200,
  answer: knowledgeDocumentSchema,
});
export const deleteKnowledgeDocument = defineRoute({
  id: "deleteKnowledgeDocument",
  method: "DELETE",
  path: "/api/knowledge/documents/:id",
  summary: "Delete a document with its chunks",
  ...write,
  params: documentParams,
  query: emptySchema,
  status: 204,
  answer: z.undefined(),
});
export const reindexKnowledgeDocument = defineRoute({
  id: "reindexKnowledgeDocument",
  method: "POST",
  path: "/api/knowledge/documents/:id/reindex",
  summary: "Read the source again, cut and embed it; edits of its chunks are lost",
  ...write,
  params: documentParams,
  query: emptySchema,
  body: z.strictObject({ preview: z.boolean().default(false) }).prefault({}),
  status: 202,
  answer: knowledgeDocumentSchema,
});
/** 409 unless its state is `preview`. */
export const indexKnowledgeDocument = defineRoute({
  id: "indexKnowledgeDocument",
  method: "POST",
  path: "/api/knowledge/documents/:id/index",
  summary: "Index the chunks of a document in preview as they are now",
  ...write,
  params: documentParams,
  query: emptySchema,
  body: emptySchema,
  status: 202,
  answer: knowledgeDocumentSchema,
});
export const listChunks = defineRoute({
  id: "listChunks",
  method: "GET",
  path: "/api/knowledge/documents/:id/chunks",
  summary: "Chunks of a document in its order; of one in preview, those that are not indexed yet",
  ...read,
  params: documentParams,
  query: listQuerySchema,
  answer: pageOf(chunkSchema),
});
/** 404 once its document was cut anew, or is gone. */
export const readChunk = defineRoute({
  id: "readChunk",
  method: "GET",
  path: "/api/knowledge/chunks/:id",
  summary: "One chunk, as a citation names it",
  ...read,
  params: chunkParams,
  query: emptySchema,
  answer: chunkSchema,
});
export const changeChunk = defineRoute({
  id: "changeChunk",
  method: "PATCH",
  path: "/api/knowledge/chunks/:id",
  summary: "Change a chunk's text (it is embedded again at once), or leave it out of searches",
  ...write,
  params: chunkParams,
  query: emptySchema,
  body: z.strictObject({ text: z.string().trim().min(1).max(20_000).optional(), disabled: z.boolean().optional() }),
  status: 200,
  answer: chunkSchema,
});
