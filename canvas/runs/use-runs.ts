import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import type { GraphId } from "#runtime/graph/ids.ts";
import { type ApiRunState, listRuns } from "#server/contract/runs.ts";
import { call } from "../api/client.ts";
import { liveSocket } from "../api/live.ts";
import { keyOf, useApiPages } from "../api/queries.ts";

export interface RunFilter {
  graph?: GraphId;
  state?: ApiRunState;
  search?: string;
}

const PAGE = 30;

/** Runs, newest first, page by page. */
export function useRuns(filter: RunFilter, options: { every?: number } = {}) {
  return useApiPages(
    { id: listRuns.id, page: (cursor, signal) => call(listRuns, { query: { ...filter, limit: PAGE, ...(cursor && { cursor }) }, signal }) },
    filter,
    options,
  );
}

/** Asks for the lists again whenever a run of the graph is made or changes its state. */
export function useFreshRuns(graph: GraphId): void {
  const cache = useQueryClient();
  useEffect(() => {
    const refresh = () => void cache.invalidateQueries({ queryKey: keyOf(listRuns) });
    return liveSocket().followGraph(graph, { run: refresh, begun: refresh });
  }, [cache, graph]);
}
