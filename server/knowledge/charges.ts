import { z } from "zod";
import { addCharge, NO_CHARGE } from "#nodes/kit/knowledge/charge.ts";
import type { KnowledgeAddition, KnowledgeCharge } from "#nodes/kit/knowledge/service.ts";
import { estimateCost, estimateTokens } from "#nodes/kit/models/cost.ts";
import { ApiError } from "../api-error.ts";
import { chunkingSchema, embedderSchema, rerankerSchema } from "../contract/knowledge-settings.ts";
import type { Jobs } from "../jobs/jobs.ts";
import type { ModelClients } from "../models/model-client.ts";
import type { CollectionRow } from "../store/knowledge-collections.ts";
import type { EmbeddingCharge } from "./embedding/embedders.ts";
import { READING_LIMITS } from "./reading/block.ts";
import { mostOfReranking } from "./rerank.ts";
import type { KnowledgeStores } from "./stores.ts";

interface Place {
  workspace: string;
  id: string;
}

/** What knowledge costs: before, rather too high, and after. Null where no model of a connection is asked. Throws `ApiError("not-found")`. */
export interface KnowledgeCharges {
  ofSearch(collection: Place, given: { query: string; limit: number; mode: "hybrid" | "text" | "vector" }): Promise<KnowledgeCharge | null>;
  ofDocument(collection: Place, content: KnowledgeAddition["content"]): Promise<KnowledgeCharge | null>;
  /** What the newest indexing of a document came to. `isOver`: nothing more will be charged. */
  spentOn(document: Place): Promise<{ charge: KnowledgeCharge | null; isOver: boolean }>;
}

export interface KnowledgeChargesGiven {
  stores: Pick<KnowledgeStores, "collections" | "documents">;
  models: Pick<ModelClients, "clientFor">;
  jobs: Pick<Jobs, "outcome">;
}

/** Tokens of the text of a page whose length nobody knows yet. */
const PAGE_TOKENS = 20_000;
const CHARACTERS_PER_TOKEN = 3;
/** Tokens of the titles that are embedded with each chunk. */
const TITLE_TOKENS = 40;
/** Of a file that is no plain text, at most so much is text. */
const TEXT_SHARE = 0.2;
const spentSchema = z.object({ tokens: z.number(), cost: z.number().nullable() });

export function createKnowledgeCharges({ stores, models, jobs }: KnowledgeChargesGiven): KnowledgeCharges {
  const require = async (place: Place): Promise<CollectionRow> => {
    const row = await stores.collections.settings(place);
    if (!row) throw new ApiError("not-found", "There is no such collection.");
    return row;
  };
  const priced = async (workspace: string, model: { connection: string; model?: string | undefined }, most: { read: number; written: number }) => {
    // one that is gone is found out, and told, when it is asked
    const about = await models
      .clientFor({ workspace, conceal: () => undefined })
      .describe(model)
      .catch(() => undefined);
    const cost = about?.prices ? estimateCost({ inputTokens: most.read, maxOutputTokens: most.written, prices: about.prices }) : null;
    return toCharge({ tokens: most.read + most.written, cost });
  };
  return {
    ofSearch: async (place, { query, limit, mode }) => {
      const row = await require(place);
      const embedder = embedderSchema.parse(row.embedder);
      const isEmbedded = embedder.type === "connection" && mode !== "text";
      if (!isEmbedded && row.reranker === null) return null;
      let most = NO_CHARGE;
      if (isEmbedded) most = addCharge(most, await priced(place.workspace, embedder, { read: tokensOf(query), written: 0 }));
      if (row.reranker !== null) {
        const settings = rerankerSchema.parse(row.reranker);
        most = addCharge(most, await priced(place.workspace, settings, mostOfReranking({ query, settings, limit })));
      }
      return most;
    },
    ofDocument: async (place, content) => {
      const row = await require(place);
      const embedder = embedderSchema.parse(row.embedder);
      if (embedder.type !== "connection") return null;
      const { size, overlap } = chunkingSchema.parse(row.chunking);
      const read = tokensIn(content) * (size / (size - overlap) + TITLE_TOKENS / size);
      return priced(place.workspace, embedder, { read: Math.ceil(read), written: 0 });
    },
    spentOn: async (place) => {
      const row = await stores.documents.read(place);
      if (!row || row.job === null) return { charge: null, isOver: true };
      const { isOver, result } = await jobs.outcome({ workspace: place.workspace, id: row.job });
      const spent = spentSchema.safeParse(result).data;
      return { charge: spent ? toCharge(spent) : null, isOver };
    },
  };
}

export function toCharge({ tokens, cost }: EmbeddingCharge): KnowledgeCharge {
  return { tokens, dollars: cost ?? 0, isPriced: cost !== null };
}

function tokensIn(content: KnowledgeAddition["content"]): number {
  switch (content.type) {
    case "text":
      return tokensOf(content.text);
    case "url":
      return PAGE_TOKENS;
    case "file": {
      const { bytes, mediaType } = content.file;
      const isPlain = /^text\/(?!html)/.test(mediaType);
      return Math.ceil(Math.min(READING_LIMITS.characters, bytes * (isPlain ? 1 : TEXT_SHARE)) / CHARACTERS_PER_TOKEN);
    }
  }
}

function tokensOf(text: string): number {
  return estimateTokens({ messages: [], system: text });
}
