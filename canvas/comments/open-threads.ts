import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { createStore, useStore } from "zustand";
import type { GraphId, NodeId } from "#runtime/graph/ids.ts";
import { countThreads, listReaders, listThreads, readThread } from "#server/contract/comments.ts";
import { liveSocket } from "../api/live.ts";
import { keyOf, useApi } from "../api/queries.ts";

interface OpenThreads {
  nodes: Readonly<Record<string, number>>;
  total: number;
}

const NONE: OpenThreads = { nodes: {}, total: 0 };
/** Of the graph that is open: cards ask it, so that one comment draws one card anew. */
const store = createStore<OpenThreads>()(() => NONE);

/** How many open threads a node has. */
export function useOpenThreads(node: NodeId): number {
  return useStore(store, ({ nodes }) => nodes[node] ?? 0);
}

/** How many open threads the graph and its nodes have together. */
export function useAllOpenThreads(): number {
  return useStore(store, ({ total }) => total);
}

const ROUTES = [listThreads, countThreads, readThread];

/** Keeps what is known of a graph's comments in step with the server, for as long as the caller stands. */
export function useLiveComments(graph: GraphId): void {
  const cache = useQueryClient();
  const { data } = useApi(countThreads, { params: { id: graph } });
  useEffect(() => {
    const refresh = () => {
      for (const route of ROUTES) void cache.invalidateQueries({ queryKey: keyOf(route) });
    };
    const readersChanged = () => void cache.invalidateQueries({ queryKey: keyOf(listReaders) });
    return liveSocket().followGraph(graph, {
      run: () => undefined,
      comments: refresh,
      begun: () => {
        refresh();
        readersChanged();
      },
    });
  }, [cache, graph]);
  useEffect(() => {
    if (data)
      store.setState({
        nodes: data.nodes,
        total: Object.values(data.nodes).reduce((sum, count) => sum + count, data.graph),
      });
  }, [data]);
  useEffect(() => () => store.setState(NONE), []);
}
