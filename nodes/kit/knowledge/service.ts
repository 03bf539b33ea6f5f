import type { FileValue } from "#runtime/node/port-value.ts";
import { defineService } from "#runtime/node/service.ts";

/** A piece of a document that was found, with what is needed to cite it. */
export interface Passage {
  text: string;
  document: { id: string; title: string; url: string | null };
  /** From 1; null where the document has no pages. */
  page: number | null;
  /** Titles it stands under, the outermost first. */
  headings: string[];
  /** Id of the chunk. */
  chunk: string;
  /** From 0 to 1; comparable between searches of a collection. */
  relevance: number;
}

export interface KnowledgeQuery {
  collection: string;
  query: string;
  /** Passages at most; a rule of the collection may say fewer. */
  limit: number;
  mode: "hybrid" | "text" | "vector";
  /** Only of documents that have one of these; empty: of all. */
  tags: readonly string[];
  leastRelevance?: number | undefined;
}

/** What models charge. */
export interface KnowledgeCharge {
  tokens: number;
  /** Of what has a price that is known. */
  dollars: number;
  /** All of it has one. */
  isPriced: boolean;
}

export interface SearchLimits {
  signal: AbortSignal;
  /** Told of each charge as soon as it is made, be the search answered or not. */
  onCharge(charge: KnowledgeCharge): void;
}

export interface KnowledgeFound {
  /** The best first. */
  passages: Passage[];
  /** What could not be done, for people; null when all was. */
  notice: string | null;
}

export interface KnowledgeAddition {
  collection: string;
  /** Absent: the document's own. */
  title?: string | undefined;
  content: { type: "text"; text: string } | { type: "url"; url: string } | { type: "file"; file: FileValue };
  tags: readonly string[];
  /** Idempotency key: a document is added once for each. */
  key: string;
}

export interface KnowledgeDocumentStatus {
  id: string;
  title: string;
  state: "working" | "preview" | "ready" | "failed" | "cancelled";
  /** Why it failed. */
  error: string | null;
  chunks: number;
  progress: { done: number; total: number | null; phase: string } | null;
  /** What its indexing came to; null while that is not known. */
  charge: KnowledgeCharge | null;
}

/**
 * The workspace's knowledge as one graph may use it. Throws `NodeError`, happened "no": `not-found` (no such collection or document), `policy` (a rule of the
 * collection keeps this graph out), `validation` (it cannot be added as it is); of a search also what models throw.
 */
export interface KnowledgeStore {
  /** What a search comes to, rather too high; null where no model of a connection is asked. */
  estimateSearch(query: KnowledgeQuery): Promise<KnowledgeCharge | null>;
  search(query: KnowledgeQuery, limits: SearchLimits): Promise<KnowledgeFound>;
  /** The same of indexing a document. What a page of the web has is not known before it is read: it is taken for a long article. */
  estimateAdd(addition: KnowledgeAddition): Promise<KnowledgeCharge | null>;
  /** Answers as soon as the document is recorded; it is indexed in the background. */
  add(addition: KnowledgeAddition): Promise<KnowledgeDocumentStatus>;
  status(document: string): Promise<KnowledgeDocumentStatus>;
}

export const knowledgeStore = defineService<KnowledgeStore>("knowledge-store");
