import type { Collection } from "#server/contract/knowledge.ts";
import type { Chunking, EmbedderSettings, LANGUAGES, RerankerSettings } from "#server/contract/knowledge-settings.ts";

/** The settings of a collection as a form holds them: numbers as they are typed. */
export interface CollectionDraft {
  name: string;
  description: string;
  language: (typeof LANGUAGES)[number];
  by: Chunking["by"];
  size: string;
  overlap: string;
  embedder: EmbedderSettings["type"];
  embedderConnection: string;
  embedderModel: string;
  rerankerConnection: string;
  rerankerModel: string;
  candidates: string;
}

const DEFAULTS: CollectionDraft = {
  ...{ name: "", description: "", language: "english", by: "headings", size: "256", overlap: "32" },
  ...{ embedder: "built-in", embedderConnection: "", embedderModel: "", rerankerConnection: "", rerankerModel: "", candidates: "20" },
};

export function toDraft(collection?: Collection): CollectionDraft {
  if (!collection) return DEFAULTS;
  const { name, description, language, chunking, embedder, reranker } = collection;
  return {
    ...{ name, description, language, by: chunking.by, size: String(chunking.size), overlap: String(chunking.overlap), embedder: embedder.type },
    ...(embedder.type === "connection" ? { embedderConnection: embedder.connection, embedderModel: embedder.model } : noEmbedder),
    ...(reranker ? { rerankerConnection: reranker.connection, rerankerModel: reranker.model ?? "", candidates: String(reranker.candidates) } : noReranker),
  };
}

const noEmbedder = { embedderConnection: "", embedderModel: "" };
const noReranker = { rerankerConnection: "", rerankerModel: "", candidates: DEFAULTS.candidates };

/** What is sent of a draft: numbers as numbers; what is none is left for the contract to refuse. */
export function toBody(draft: CollectionDraft) {
  return {
    ...{ name: draft.name, description: draft.description, language: draft.language },
    chunking: toChunking(draft),
    embedder:
      draft.embedder === "built-in"
        ? { type: "built-in" as const }
        : { type: "connection" as const, connection: draft.embedderConnection, model: draft.embedderModel },
    reranker: toReranker(draft),
  };
}

export function toChunking({ by, size, overlap }: Pick<CollectionDraft, "by" | "size" | "overlap">) {
  return { by, size: numberOf(size), overlap: numberOf(overlap) };
}

function toReranker({ rerankerConnection, rerankerModel, candidates }: CollectionDraft): RerankerSettings | null | object {
  if (rerankerConnection === "") return null;
  return { connection: rerankerConnection, ...(rerankerModel.trim() !== "" && { model: rerankerModel }), candidates: numberOf(candidates) };
}

function numberOf(text: string): number {
  return text.trim() === "" ? Number.NaN : Number(text);
}

/** Whether what is indexed already was made with other settings. */
export function wantsReindex(collection: Collection, draft: CollectionDraft): boolean {
  const before = toBody(toDraft(collection));
  const after = toBody(draft);
  const made = ({ language, chunking, embedder }: typeof after) => JSON.stringify({ language, chunking, embedder });
  return collection.counts.documents > 0 && made(before) !== made(after);
}

/** Whether what is indexed already was embedded with another embedder. */
export function changesEmbedder(collection: Collection, draft: CollectionDraft): boolean {
  return JSON.stringify(toBody(toDraft(collection)).embedder) !== JSON.stringify(toBody(draft).embedder);
}
