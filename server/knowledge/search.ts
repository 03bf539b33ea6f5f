import type { z } from "zod";
import { ApiError } from "../api-error.ts";
import { createRemembered } from "../auth/remembered.ts";
import { documentSourceSchema, type FoundPassage, foundPassageSchema, type SearchMode, type searchKnowledge } from "../contract/knowledge.ts";
import { type EmbedderSettings, embedderSchema, rerankerSchema } from "../contract/knowledge-settings.ts";
import type { Logger } from "../logger.ts";
import type { ModelClients } from "../models/model-client.ts";
import type { CollectionRow } from "../store/knowledge-collections.ts";
import { MARK, MOST_CANDIDATES as MOST_COMPARED, type PassageRow } from "../store/knowledge-search.ts";
import type { Embedders, EmbeddingCharge } from "./embedding/embedders.ts";
import { fuse } from "./fuse.ts";
import { countOfReranked, rerank } from "./rerank.ts";
import type { KnowledgeStores } from "./stores.ts";

export type SearchRequest = z.output<NonNullable<typeof searchKnowledge.body>>;
export interface SearchAnswer {
  items: FoundPassage[];
  mode: SearchMode;
  notice: string | null;
  milliseconds: number;
}

export interface SearchGiven extends KnowledgeStores {
  embedders: Embedders;
  models: Pick<ModelClients, "clientFor">;
  logger: Pick<Logger, "debug">;
}

/** Finds passages. Throws `ApiError("not-found")` where there is no such collection in the workspace. */
export type SearchKnowledge = (
  request: SearchRequest,
  context: {
    workspace: string;
    signal: AbortSignal;
    /** Told of each charge as soon as it is made. */
    onCharge?: (charge: EmbeddingCharge) => void;
    /** Whether models of connections may be asked; absent: they may. */
    mayPay?: boolean;
  },
) => Promise<SearchAnswer>;

/** Candidates of each list, for each passage that is wanted. */
const WIDER = 4;
const LEAST_CANDIDATES = 60;
const MOST_CANDIDATES = 400;
/** Chunks of the documents that are left by a filter up to which each is looked at. */
const NARROW = MOST_COMPARED;
const REMEMBERED_QUERIES = 500;
const NOT_PAID =
  "Models of connections are asked only for those who may use connections: this was searched without them. Ask an owner of the workspace for that right.";

export function createSearch(given: SearchGiven): SearchKnowledge {
  const queries = createRemembered<Float32Array>({ most: REMEMBERED_QUERIES, forMs: 600_000 });
  return async (request, { workspace, signal, onCharge, mayPay = true }) => {
    const began = performance.now();
    const collection = await given.collections.settings({ workspace, id: request.collection });
    if (!collection) throw new ApiError("not-found", "There is no such collection.");
    const { documents, isNarrow } = await filterOf(given, request);
    const limit = Math.min(MOST_CANDIDATES, Math.max(LEAST_CANDIDATES, request.limit * WIDER));
    const place = { collection: collection.id, limit, ...(documents && { documents }) };
    const asked = { given, queries, request, collection, workspace, signal, onCharge, mayPay };
    const { vector, notice } = documents?.length === 0 || request.mode === "text" ? { vector: undefined, notice: null } : await embedQuery(asked);
    const { dimension } = collection;
    const isByWords = request.mode !== "vector" && documents?.length !== 0;
    const [words, near] = await Promise.all([
      isByWords ? given.search.byWords({ ...place, isNarrow, language: collection.language, query: request.query }) : [],
      vector && dimension !== null ? given.vectors.nearest({ ...place, dimension, vector, isIndexed: collection.isIndexed && !isNarrow }) : [],
    ]);
    const found = await assemble({ ...asked, words, near, vector });
    const { items, problem } = await order(asked, found);
    const least = request.leastRelevance ?? 0;
    return {
      items: items.filter(({ relevance }) => relevance >= least).slice(0, request.limit),
      mode: request.mode === "hybrid" && !vector ? "text" : request.mode,
      notice: notice ?? problem,
      milliseconds: Math.round((performance.now() - began) * 10) / 10,
    };
  };
}

interface Asked {
  given: SearchGiven;
  queries: ReturnType<typeof createRemembered<Float32Array>>;
  request: SearchRequest;
  collection: CollectionRow;
  workspace: string;
  signal: AbortSignal;
  onCharge: ((charge: EmbeddingCharge) => void) | undefined;
  mayPay: boolean;
}

async function filterOf(
  { search }: SearchGiven,
  { collection, tags, documents }: SearchRequest,
): Promise<{ documents: string[] | undefined; isNarrow: boolean }> {
  if (tags.length === 0 && documents.length === 0) return { documents: undefined, isNarrow: false };
  const { ids, chunks } = await search.filtered({ collection, tags, documents });
  return { documents: ids, isNarrow: chunks <= NARROW };
}

async function embedQuery({
  given,
  queries,
  request,
  collection,
  workspace,
  signal,
  onCharge,
  mayPay,
}: Asked): Promise<{ vector: Float32Array | undefined; notice: string | null }> {
  const support = await given.vectors.support();
  if (!support.available) return { vector: undefined, notice: `Passages are not found by their meaning. ${support.reason} ${support.advice}` };
  const settings = embedderSchema.parse(collection.embedder);
  if (collection.dimension === null || collection.embeddedBy === null) {
    return { vector: undefined, notice: left(await given.search.foreign({ collection: collection.id, embeddedBy: "" }), settings) };
  }
  try {
    const embedder = await given.embedders.of({ workspace, settings, ...(onCharge && { onCharge }) });
    if (embedder.id !== collection.embeddedBy)
      return {
        vector: undefined,
        notice: "The collection has another embedder than its documents were indexed with. Re-index it, so that they are found by meaning.",
      };
    const vector = await queries.get(JSON.stringify([embedder.id, workspace, request.query]), async () => {
      if (!mayPay && settings.type === "connection") throw new ApiError("forbidden", NOT_PAID);
      const [made] = await embedder.embed([request.query], { signal, isQuery: true });
      if (!made) throw new Error("The query was not embedded.");
      return made;
    });
    if (vector.length !== collection.dimension)
      return { vector: undefined, notice: "The embedder's vectors have another length than those of the documents. Re-index the collection." };
    return { vector, notice: left(await given.search.foreign({ collection: collection.id, embeddedBy: embedder.id }), settings) };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ApiError && error.code === "forbidden") {
      if (request.mode === "vector") throw error;
      return { vector: undefined, notice: error.message };
    }
    if (request.mode === "vector") throw new ApiError("unavailable", `The query could not be embedded: ${messageOf(error)}`, { cause: error });
    given.logger.debug({ error }, "A query was not embedded.");
    return { vector: undefined, notice: `Searched by words alone, since the query could not be embedded: ${messageOf(error)}` };
  }
}

/** What a search by meaning leaves out, and what to do; null for nothing. */
function left({ others, without }: { others: number; without: number }, { type }: EmbedderSettings): string | null {
  const told: string[] = [];
  if (others > 0) told.push(`${documents(others)} indexed with another embedder, and found by words only. Re-index the collection.`);
  if (without > 0) {
    const now = type === "built-in" ? "Embedding begins within the hour; re-index the collection to begin now." : "Re-index the collection.";
    told.push(`${documents(without)} not embedded yet, and found by words only: the database had no pgvector at the time. ${now}`);
  }
  return told.length === 0 ? null : told.join(" ");
}

function documents(count: number): string {
  return count === 1 ? "1 document is" : `${count.toLocaleString("en")} documents are`;
}

interface Lists {
  words: readonly { chunk: string; score: number }[];
  near: readonly { chunk: string; similarity: number }[];
  vector: Float32Array | undefined;
}

async function assemble({ given, request, collection, words, near, vector }: Asked & Lists): Promise<FoundPassage[]> {
  // a chunk that shares one common word with the question leads the list of words, where no other shares more: that must not weigh as much as its meaning
  const ranked = fuse([words.map((entry) => ({ key: entry.chunk, weight: entry.score })), near.map(({ chunk }) => ({ key: chunk }))]).slice(
    0,
    Math.max(request.limit * 2, 60),
  );
  const chunks = ranked.map(({ key }) => key);
  if (chunks.length === 0) return [];
  const { dimension, language } = collection;
  const rows = new Map((await given.search.passages({ chunks, language, query: request.query })).map((row) => [row.id, row]));
  const similarity = new Map(near.map((entry) => [entry.chunk, entry.similarity]));
  const unknown = chunks.filter((chunk) => rows.has(chunk) && !similarity.has(chunk));
  if (vector && dimension !== null && unknown.length > 0) {
    for (const [chunk, cosine] of await given.vectors.similarities({ dimension, vector, chunks: unknown })) similarity.set(chunk, cosine);
  }
  const score = new Map(words.map((entry) => [entry.chunk, entry.score]));
  return ranked.flatMap(({ key, score: fused, ranks: [byWords, byMeaning] }) => {
    const row = rows.get(key);
    const isForeign = row?.embeddedBy !== collection.embeddedBy;
    if (!row || (isForeign && byWords === undefined)) return [];
    const cosine = isForeign ? undefined : similarity.get(key);
    const own = score.get(key) ?? 0;
    return [
      {
        ...passageOf(row),
        score: fused,
        relevance: bounded(vector && cosine !== undefined ? cosine : own),
        why: {
          text: byWords === undefined ? null : { rank: byWords, score: own },
          vector: byMeaning === undefined || cosine === undefined ? null : { rank: byMeaning, similarity: cosine },
          reranked: null,
        },
      },
    ];
  });
}

/** By the reranker, where there is one and it is wanted. */
async function order(
  { given, request, collection, workspace, signal, onCharge, mayPay }: Asked,
  items: FoundPassage[],
): Promise<{ items: FoundPassage[]; problem: string | null }> {
  const settings = collection.reranker === null ? undefined : rerankerSchema.parse(collection.reranker);
  if (!settings || request.rerank === false || items.length < 2) return { items, problem: null };
  if (!mayPay) return { items, problem: NOT_PAID };
  const most = countOfReranked({ settings, limit: request.limit });
  const [read, rest] = [items.slice(0, most), items.slice(most)];
  try {
    const models = given.models.clientFor({ workspace, conceal: () => undefined });
    const passages = read.map(({ text, headings, document }) => `${[document.title, ...headings].join(" › ")}\n${text}`);
    const scores = await rerank({ models, settings, query: request.query, passages, signal, onCharge });
    const judged = read
      .map((item, index) => ({ item, score: scores[index] ?? 0 }))
      // equals keep the order they had
      .sort((a, b) => b.score - a.score)
      .map(({ item, score }, index) => ({ ...item, score, relevance: score, why: { ...item.why, reranked: { rank: index + 1, score } } }));
    return { items: [...judged, ...rest], problem: null };
  } catch (error) {
    signal.throwIfAborted();
    given.logger.debug({ error }, "Passages were not reranked.");
    return { items, problem: `The reranker did not answer, so the order is without it: ${messageOf(error)}` };
  }
}

function passageOf(row: PassageRow): Omit<FoundPassage, "score" | "relevance" | "why"> {
  const { text, highlights } = unmark(row.marked);
  const { id, position, page, headings, start, end, document, title, source, tags } = row;
  const { shape } = foundPassageSchema;
  return {
    ...{ chunk: shape.chunk.parse(id), text, highlights, position, page, headings, start, end },
    document: { id: shape.document.shape.id.parse(document), title, source: documentSourceSchema.parse(source), tags },
  };
}

/** The text without the marks, and where they stood. */
function unmark(marked: string): { text: string; highlights: FoundPassage["highlights"] } {
  const highlights: FoundPassage["highlights"] = [];
  let text = "";
  for (const [index, part] of marked.split(MARK.from).entries()) {
    if (index === 0) {
      text = part;
      continue;
    }
    const [found = "", ...rest] = part.split(MARK.to);
    highlights.push({ start: text.length, end: text.length + found.length });
    text += found + rest.join("");
  }
  return { text, highlights };
}

function bounded(value: number): number {
  return Math.min(1, Math.max(0, value));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
