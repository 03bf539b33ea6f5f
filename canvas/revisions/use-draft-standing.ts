import { useDeferredValue, useMemo } from "react";
import { diffGraphs, type GraphDiff } from "#runtime/graph/diff.ts";
import type { Graph } from "#runtime/graph/schema.ts";
import { readGraph } from "#server/contract/graphs.ts";
import { useApi } from "../api/queries.ts";
import { useEditor, useGraph } from "../document/editor-context.ts";
import { useRevision } from "./use-revision.ts";

/** How far the draft is from what is published. */
export interface DraftStanding {
  published: number;
  before: Graph;
  draft: Graph;
  diff: GraphDiff;
}

/** Undefined until it is known; null while nothing is published. */
export function useDraftStanding(): DraftStanding | null | undefined {
  const { graphId } = useEditor();
  const draft = useDeferredValue(useGraph());
  const summary = useApi(readGraph, { params: { id: graphId } });
  const published = summary.data?.publishedRevision;
  const { data } = useRevision(graphId, published ?? undefined);
  return useMemo(() => {
    if (published === undefined || published === null) return published;
    return data && data.number === published ? { published, before: data.graph, draft, diff: diffGraphs(data.graph, draft) } : undefined;
  }, [published, data, draft]);
}
