import type { GraphId } from "#runtime/graph/ids.ts";
import { listRevisions, readRevision } from "#server/contract/graphs.ts";
import { call } from "../api/client.ts";
import { useApi, useApiPages } from "../api/queries.ts";

const PAGE = 40;

/** A revision with its graph; it never changes, but for its name. */
export function useRevision(graph: GraphId, number: number | undefined) {
  return useApi(readRevision, { params: { id: graph, number: number ?? 1 } }, { enabled: number !== undefined, isImmutable: true });
}

/** The number of the revision before one; null for the first. Numbers may be missing: revisions nobody needs are thinned out. */
export function useNumberBefore(graph: GraphId, number: number | undefined) {
  const query = useApi(listRevisions, { params: { id: graph }, query: { limit: 1, cursor: String(number ?? 1) } }, { enabled: number !== undefined });
  return { ...query, before: query.data && (query.data.items[0]?.number ?? null) };
}

/** The newest revision; null where there is none. */
export function useNewestRevision(graph: GraphId, options: { every?: number; enabled?: boolean } = {}) {
  const query = useApi(listRevisions, { params: { id: graph }, query: { limit: 1 } }, options);
  return query.data && (query.data.items[0] ?? null);
}

/** Revisions, newest first, page by page. */
export function useRevisions(graph: GraphId, { newest, ...filter }: { search?: string; named?: "true"; newest: number | undefined }) {
  const page = (cursor: string | undefined, signal: AbortSignal) =>
    call(listRevisions, { params: { id: graph }, query: { ...filter, limit: PAGE, ...(cursor && { cursor }) }, signal });
  return useApiPages({ id: listRevisions.id, page }, { graph, newest, ...filter });
}
