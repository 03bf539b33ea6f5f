import { useDeferredValue, useMemo } from "react";
import { diffGraphs, type GraphDiff } from "#runtime/graph/diff.ts";
import { emptyGraph, type Graph } from "#runtime/graph/schema.ts";
import { errorText } from "../api/api-problem.ts";
import { useEditor, useGraph } from "../document/editor-context.ts";
import type { Against } from "./use-history-address.ts";
import { useNumberBefore, useRevision } from "./use-revision.ts";

/** One of the two graphs that are compared. */
export interface Side {
  title: string;
  /** Absent for the draft, and for the nothing before the first revision. */
  number?: number;
  graph: Graph;
}

export interface Comparison {
  before: Side;
  after: Side;
  diff: GraphDiff;
  /** The revision that is looked at, which may be on either side. */
  number: number;
  revision: Graph;
  /** What has to be done to the draft to make it that revision. */
  sinceRevision: GraphDiff;
}

export type Compared = { type: "loading" } | { type: "failed"; message: string; retry(): void } | ({ type: "ready" } & Comparison);

/** A revision beside what it is compared with. The draft is followed as it changes. */
export function useComparison(number: number, against: Against): Compared {
  const { graphId } = useEditor();
  const draft = useDeferredValue(useGraph());
  const previous = useNumberBefore(graphId, against === "before" ? number : undefined);
  const otherNumber = against === "draft" ? undefined : against === "before" ? (previous.before ?? undefined) : against;
  const revision = useRevision(graphId, number);
  const other = useRevision(graphId, otherNumber);
  const failed = [revision, other, previous].find(({ error }) => error !== null);
  const isFirst = against === "before" && previous.before === null;
  return useMemo((): Compared => {
    if (failed) return { type: "failed", message: errorText(failed.error), retry: () => void failed.refetch() };
    const graph = revision.data?.graph;
    if (!graph || (against !== "draft" && !isFirst && !other.data)) return { type: "loading" };
    const own: Side = { title: `Revision ${number}`, number, graph };
    const sides = sidesOf(own, { draft, isFirst, against, other: other.data });
    const sinceRevision = diffGraphs(graph, draft);
    const diff = against === "draft" ? sinceRevision : diffGraphs(sides.before.graph, sides.after.graph);
    return { type: "ready", ...sides, diff, number, revision: graph, sinceRevision };
  }, [failed, revision.data, other.data, against, isFirst, number, draft]);
}

interface SidesGiven {
  draft: Graph;
  isFirst: boolean;
  against: Against;
  other: { number: number; graph: Graph } | undefined;
}

function sidesOf(own: Side, { draft, isFirst, against, other }: SidesGiven): { before: Side; after: Side } {
  if (against === "draft") return { before: own, after: { title: "The draft", graph: draft } };
  if (isFirst || !other) return { before: { title: "Nothing", graph: emptyGraph(own.graph.name) }, after: own };
  const side: Side = { title: `Revision ${other.number}`, number: other.number, graph: other.graph };
  return other.number < (own.number ?? 0) ? { before: side, after: own } : { before: own, after: side };
}
