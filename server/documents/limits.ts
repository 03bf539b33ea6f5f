import { GRAPH_LIMITS } from "#runtime/graph/schema.ts";

const MiB = 1024 * 1024;

/** What a document may hold and how it is kept (`quality.md`, collaboration rules). */
export const DOCUMENT_LIMITS = {
  /** Bytes of one update: an offline return. */
  updateBytes: 12 * MiB,
  /** Bytes of the whole document, encoded. */
  documentBytes: GRAPH_LIMITS.documentBytes,
  nodes: GRAPH_LIMITS.nodes,
  edges: GRAPH_LIMITS.edges,
  /** Nesting of one value. */
  depth: GRAPH_LIMITS.depth,
  /** UTF-16 units of one text. */
  text: GRAPH_LIMITS.textBytes,
  /** Highest clock of a client: far beyond what 10 MiB of edits can reach, far below what numbers can hold. */
  clock: 2 ** 40,
} as const;

export const SNAPSHOT_UPDATES = 500;
export const SNAPSHOT_MS = 5 * 60_000;
/** How long a document without connections stays in memory. */
export const GRACE_MS = 30_000;
