import type { z } from "zod";
import { createId } from "#runtime/graph/ids.ts";
import type { FileValue } from "#runtime/node/port-value.ts";
import { ApiError } from "../api-error.ts";
import type { Chunk, DocumentSource, KnowledgeDocument } from "../contract/knowledge.ts";
import { type addKnowledgeDocument, INLINE_CHARACTERS, type previewChunks } from "../contract/knowledge-documents.ts";
import { type Chunking, embedderSchema } from "../contract/knowledge-settings.ts";
import { JobError } from "../jobs/job-kind.ts";
import type { Jobs } from "../jobs/jobs.ts";
import type { CountedCollection } from "../store/knowledge-collections.ts";
import type { DocumentQuery, DocumentRow } from "../store/knowledge-documents.ts";
import { chunkText, countTokens } from "./chunk-text.ts";
import { embeddedText, type IndexGiven } from "./index-document.ts";
import { type IndexInput, indexJob } from "./index-job.ts";
import { formatOf } from "./reading/format-of.ts";
import { readDocument } from "./reading/read-document.ts";
import { readMarkdown } from "./reading/read-plain.ts";
import { isWorking, viewChunk, viewDocument } from "./views.ts";

interface Place {
  workspace: string;
  id: string;
}
type New = z.output<NonNullable<typeof addKnowledgeDocument.body>>;
type Preview = z.output<NonNullable<typeof previewChunks.body>>;

/** Documents and their chunks as the API offers them. What names one throws `ApiError("not-found")` when there is none. */
export interface KnowledgeDocuments {
  /** Throws `ApiError` as well: `unprocessable` for a file that is not there or not read, `conflict` where the collection is full. */
  add(collection: Place, given: New): Promise<KnowledgeDocument>;
  list(query: DocumentQuery): Promise<{ items: KnowledgeDocument[]; nextCursor?: string }>;
  tags(collection: Place): Promise<{ tag: string; documents: number }[]>;
  read(place: Place): Promise<KnowledgeDocument>;
  change(place: Place, given: { title?: string | undefined; tags?: string[] | undefined }): Promise<KnowledgeDocument>;
  remove(place: Place): Promise<void>;
  reindex(place: Place, given?: { preview?: boolean }): Promise<KnowledgeDocument>;
  /** Throws `ApiError("conflict")` unless it is in preview. */
  index(place: Place): Promise<KnowledgeDocument>;
  chunks(place: Place, query: { cursor?: string | undefined; limit: number; search?: string | undefined }): Promise<{ items: Chunk[]; nextCursor?: string }>;
  readChunk(place: Place): Promise<Chunk>;
  changeChunk(place: Place, given: { text?: string | undefined; disabled?: boolean | undefined }, signal: AbortSignal): Promise<Chunk>;
  preview(workspace: string, given: Preview, signal: AbortSignal): Promise<ReturnType<typeof firstOf>>;
}

/** Documents of one collection. */
export const MOST_DOCUMENTS = 100_000;

export type DocumentsGiven = IndexGiven & { jobs: Jobs };

export function createKnowledgeDocuments(given: DocumentsGiven): KnowledgeDocuments {
  const { collections, documents, chunks, jobs } = given;
  const requireCollection = async (place: Place): Promise<CountedCollection> => {
    const row = await collections.read(place);
    if (!row) throw new ApiError("not-found", "There is no such collection.");
    return row;
  };
  const require = async (place: Place): Promise<DocumentRow> => {
    const row = await documents.read(place);
    if (!row) throw new ApiError("not-found", "There is no such document.");
    return row;
  };
  const view = async (row: DocumentRow): Promise<KnowledgeDocument> => {
    const progress = isWorking(row) && row.job !== null ? await jobs.progressOf([row.job]) : undefined;
    return viewDocument(row, row.job === null ? undefined : progress?.get(row.job));
  };
  const queue = async (row: Pick<DocumentRow, "title">, place: Place, more: Omit<IndexInput, "document">): Promise<KnowledgeDocument> => {
    const queued = await documents.queue(place, indexJob({ ...place, title: row.title }, more));
    if (!queued) return view(await require(place));
    jobs.wake();
    const { document, replaced } = queued;
    // one that has ended is as good as cancelled
    if (replaced !== null) await jobs.cancel({ workspace: place.workspace, id: replaced }).catch(passEnded);
    return view(document);
  };
  const reindex: KnowledgeDocuments["reindex"] = async (place, { preview = false } = {}) =>
    queue(await require(place), place, { preview, generation: null, isNamed: true });
  return {
    add: async ({ workspace, id: collection }, { text, url, asset, path, tags, preview, title, idempotencyKey }) => {
      const { counts } = await requireCollection({ workspace, id: collection });
      if (counts.documents >= MOST_DOCUMENTS) throw new ApiError("conflict", `A collection holds ${MOST_DOCUMENTS} documents. Make another one.`);
      const source = await sourceOf(given, { workspace, text, url, asset, path });
      const named = title ?? titleOf(source, text);
      const values = { workspace, collection, source, tags, id: createId("doc"), title: named, content: text ?? null, key: idempotencyKey ?? null };
      const { document } = await documents.add(values, indexJob(values, { preview, generation: null, isNamed: title !== undefined }));
      jobs.wake();
      return view(document);
    },
    list: async (query) => {
      await requireCollection({ workspace: query.workspace, id: query.collection });
      const { items, ...rest } = await documents.list(query);
      const progress = await jobs.progressOf(items.flatMap((row) => (isWorking(row) && row.job !== null ? [row.job] : [])));
      return { items: items.map((row) => viewDocument(row, progress.get(row.job ?? ""))), ...rest };
    },
    tags: async (place) => {
      await requireCollection(place);
      return documents.tags(place);
    },
    read: async (place) => view(await require(place)),
    change: async (place, { title, tags }) => {
      await require(place);
      const row = await documents.change(place, { ...(title !== undefined && { title }), ...(tags !== undefined && { tags }) });
      return view(row ?? (await require(place)));
    },
    remove: async (place) => {
      const { job, state, collectionId: collection } = await require(place);
      if (!(await documents.remove(place))) return;
      if (job !== null && isWorking({ state })) await jobs.cancel({ workspace: place.workspace, id: job }).catch(passEnded);
      await chunks.dropBefore({ document: place.id });
      // what is left of it would stand in the way of what is there
      while ((await given.vectors.sweep({ collection, document: place.id })) > 0);
    },
    reindex,
    index: async (place) => {
      const row = await require(place);
      if (row.state !== "preview") throw new ApiError("conflict", "The document is not in preview. Re-index it with a preview first.", { state: row.state });
      return queue(row, place, { preview: false, generation: row.nextGeneration, isNamed: true });
    },
    chunks: async (place, { cursor, limit, search }) => {
      const { state, generation, nextGeneration } = await require(place);
      const after = cursor === undefined ? -1 : Number(cursor);
      if (!Number.isInteger(after)) throw new ApiError("bad-request", "This cursor is none of ours.");
      const shown = state === "preview" || generation === 0 ? nextGeneration : generation;
      const rows = await chunks.page({ document: place.id, generation: shown, after, limit: limit + 1, search });
      const last = rows.length > limit ? rows[limit - 1] : undefined;
      return { items: rows.slice(0, limit).map(viewChunk), ...(last && { nextCursor: String(last.position) }) };
    },
    readChunk: async (place) => {
      const row = await chunks.read(place);
      const document = row && (await documents.read({ workspace: place.workspace, id: row.documentId }));
      // one in preview is of the generation to come
      if (!row || !document || (row.generation !== document.generation && row.generation !== document.nextGeneration))
        throw new ApiError("not-found", "There is no such chunk any more.");
      return viewChunk(row);
    },
    changeChunk: (place, change, signal) => changeChunk(given, { place, change, signal }),
    preview: async (workspace, { text, document, chunking }, signal) => {
      if (text !== undefined) return firstOf(await chunkText((await readMarkdown(text)).blocks, chunking));
      const { source, content, workspaceId } = await require({ workspace, id: document ?? "" });
      return previewOf(given, { workspace: workspaceId, source: source as DocumentSource, content, chunking }, signal);
    },
  };
}

function passEnded(error: unknown): void {
  if (!(error instanceof ApiError)) throw error;
}

const PREVIEWED = 50;

function firstOf(chunks: Awaited<ReturnType<typeof chunkText>>) {
  return { items: chunks.slice(0, PREVIEWED), total: chunks.length };
}

async function previewOf(given: IndexGiven, { chunking, ...readable }: Parameters<typeof readDocument>[1] & { chunking: Chunking }, signal: AbortSignal) {
  const { blocks } = await readDocument(given, readable, signal).catch((error: unknown) => {
    throw new ApiError("unprocessable", error instanceof Error ? error.message : String(error), { cause: error });
  });
  return firstOf(await chunkText(blocks, chunking));
}

interface Sources {
  workspace: string;
  text: string | undefined;
  url: string | undefined;
  asset: FileValue | string | undefined;
  path: string | undefined;
}

async function sourceOf({ files }: IndexGiven, { workspace, text, url, asset, path }: Sources): Promise<DocumentSource> {
  if (url !== undefined) return { type: "url", url };
  if (asset === undefined) {
    if ((text ?? "").length > INLINE_CHARACTERS)
      throw new ApiError("unprocessable", "A text of more than 1,000,000 characters is added as a file. Upload it first.");
    if ((text ?? "").trim() === "") throw new ApiError("unprocessable", "The text is empty. Write or paste one.");
    return { type: "text" };
  }
  const hash = typeof asset === "string" ? asset : asset.$asset;
  const bytes = await files(workspace).size(hash);
  if (bytes === undefined) throw new ApiError("unprocessable", "This file is not in the media library. Upload it first.");
  const file = typeof asset === "string" ? { $asset: hash, name: path?.split("/").at(-1) || hash, mediaType: "", bytes } : asset;
  try {
    formatOf(file);
  } catch (error) {
    if (error instanceof JobError) throw new ApiError("unprocessable", error.message);
    throw error;
  }
  return { type: "asset", asset: file, ...(path !== undefined && { path }) };
}

function titleOf(source: DocumentSource, text: string | undefined): string {
  switch (source.type) {
    case "url":
      return source.url.replace(/^https?:\/\//, "").slice(0, 200);
    case "asset":
      return (source.path ?? source.asset.name).slice(0, 200);
    case "text":
      return (
        (text ?? "")
          .trim()
          .split("\n")[0]
          ?.replace(/^#+\s*/, "")
          .slice(0, 80)
          .trim() || "Untitled"
      );
  }
}

function refuse(error: unknown): never {
  throw new ApiError("unavailable", `The text could not be embedded: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
}

interface ChunkChange {
  place: Place;
  change: { text?: string | undefined; disabled?: boolean | undefined };
  signal: AbortSignal;
}

/** A chunk that is found already is embedded before its text changes, so that the two never disagree for long. */
async function changeChunk(given: IndexGiven, { place, change: { text, disabled }, signal }: ChunkChange): Promise<Chunk> {
  const row = await given.chunks.read(place);
  const document = row && (await given.documents.read({ workspace: place.workspace, id: row.documentId }));
  const collection = row && (await given.collections.read({ workspace: place.workspace, id: row.collectionId }));
  if (!row || !document || !collection) throw new ApiError("not-found", "There is no such chunk.");
  const isLive = row.generation === document.generation;
  if (text !== undefined && text !== row.text && isLive && document.embeddedBy !== null) {
    const embedder = await given.embedders.of({ workspace: place.workspace, settings: embedderSchema.parse(collection.embedder) }).catch(refuse);
    if (embedder.id !== document.embeddedBy) throw new ApiError("conflict", "The collection has another embedder by now. Re-index the document, then edit it.");
    const [vector] = await embedder.embed([embeddedText({ headings: row.headings, text }, document.title)], { signal }).catch(refuse);
    if (vector) await given.vectors.put({ workspace: place.workspace, collection: collection.id, document: document.id }, new Map([[row.id, vector]]));
  }
  const told = { ...(text !== undefined && { text, tokens: countTokens(text) }), ...(disabled !== undefined && { disabled }) };
  const changed = await given.chunks.change(place, { ...told, language: collection.language });
  if (!changed) throw new ApiError("not-found", "There is no such chunk.");
  return viewChunk(changed);
}
