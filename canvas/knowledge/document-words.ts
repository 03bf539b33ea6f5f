import type { DocumentSource, DocumentState, KnowledgeDocument } from "#server/contract/knowledge.ts";
import { formatBytes } from "../ui/format-bytes.ts";

interface StateWords {
  label: string;
  /** As `StatusIcon` knows it. */
  look: string;
}

/** What each state of a document is called, and which look it has. */
export const STATE_WORDS: Readonly<Record<DocumentState, StateWords>> = {
  queued: { label: "Waiting", look: "queued" },
  reading: { label: "Reading", look: "running" },
  chunking: { label: "Cutting", look: "running" },
  embedding: { label: "Embedding", look: "running" },
  preview: { label: "To be looked at", look: "waiting" },
  ready: { label: "Ready", look: "succeeded" },
  failed: { label: "Failed", look: "failed" },
  cancelled: { label: "Cancelled", look: "cancelled" },
};

const WORKING: ReadonlySet<DocumentState> = new Set<DocumentState>(["queued", "reading", "chunking", "embedding"]);

/** Whether something is being done with it, or will be. */
export function isWorking({ state }: Pick<KnowledgeDocument, "state">): boolean {
  return WORKING.has(state);
}

/** Where a document comes from, in a few words. */
export function sourceWords(source: DocumentSource): string {
  switch (source.type) {
    case "text":
      return "Written text";
    case "url":
      return source.url;
    case "asset":
      return [source.path ?? source.asset.name, formatBytes(source.asset.bytes)].join(" · ");
  }
}

/** "3 chunks", "1 page": a number with its word. */
export function counted(number: number, word: string): string {
  return `${number.toLocaleString("en")} ${word}${number === 1 ? "" : "s"}`;
}

/** Tags as people type them: parted by commas, each once. */
export function tagsOf(typed: string): string[] {
  return [
    ...new Set(
      typed
        .split(",")
        .map((tag) => tag.trim())
        .filter((tag) => tag !== ""),
    ),
  ];
}

/** Where in its document a passage stands: "page 3 · Of Fees › Second part". */
export function placeWords({ page, headings, position }: { page: number | null; headings: readonly string[]; position: number }): string {
  const parts = [...(page === null ? [] : [`page ${page}`]), ...(headings.length > 0 ? [headings.join(" › ")] : [])];
  return parts.length > 0 ? parts.join(" · ") : `passage ${position + 1}`;
}
