import { useQuery } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import { catalog } from "#nodes/catalog.data.ts";
import type { EdgeId, GraphId, NodeId } from "#runtime/graph/ids.ts";
import type { GraphNode } from "#runtime/graph/schema.ts";
import type { Ports } from "#runtime/node/ports.ts";
import type { References } from "#runtime/node/references.ts";
import { compile, referenceKeys } from "#runtime/plan/compile.ts";
import type { Problem } from "#runtime/plan/problems.ts";
import { readReferences } from "#server/contract/system.ts";
import { call } from "../api/client.ts";
import { keyOf } from "../api/queries.ts";
import { useEditor, useGraph } from "./editor-context.ts";
import { nodePorts } from "./node-ports.ts";

/** What the compiler says of the graph, and what the graph depends on outside. */
export interface Analysis {
  problems: readonly Problem[];
  byNode: ReadonlyMap<NodeId, readonly Problem[]>;
  byEdge: ReadonlyMap<EdgeId, readonly Problem[]>;
  references: References;
}

const NOTHING: References = {};
const NO_PROBLEMS: readonly Problem[] = [];
const AnalysisContext = createContext<Analysis>({ problems: NO_PROBLEMS, byNode: new Map(), byEdge: new Map(), references: NOTHING });

/** Milliseconds without a change after which the graph is compiled again. */
const PAUSE_MS = 150;

/** Compiles the graph while it is edited. With `references` it is one of a past run: nothing is looked up or reported. */
export function AnalysisProvider({ references: given, children }: { references?: References | undefined; children: ReactNode }) {
  const graph = useGraph();
  const { edits, graphId } = useEditor();
  const settled = usePaused(graph, PAUSE_MS);
  const keys = useMemo(() => (given ? [] : referenceKeys(settled, catalog)), [settled, given]);
  const references = useReferenceLookup(graphId, keys);
  const analysis = useMemo(() => {
    const known = given ?? references;
    const problems = given || !edits ? NO_PROBLEMS : compile(settled, catalog, known).problems;
    return {
      problems,
      byNode: Map.groupBy(
        problems.filter((problem) => problem.node !== undefined),
        (problem) => problem.node as NodeId,
      ),
      byEdge: Map.groupBy(
        problems.filter((problem) => problem.edge !== undefined),
        (problem) => problem.edge as EdgeId,
      ),
      references: known,
    };
  }, [settled, references, given, edits]);
  return <AnalysisContext value={analysis}>{children}</AnalysisContext>;
}

function useReferenceLookup(id: GraphId, keys: readonly string[]): References {
  const { data } = useQuery({
    queryKey: keyOf(readReferences, { id, keys }),
    queryFn: async ({ signal }) => (await call(readReferences, { params: { id }, body: { keys: [...keys] }, signal })).references,
    enabled: keys.length > 0,
    placeholderData: (before) => before,
  });
  return data ?? NOTHING;
}

/** The value as it was when it last stood still. */
function usePaused<Value>(value: Value, pauseMs: number): Value {
  const [paused, setPaused] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setPaused(value), pauseMs);
    return () => clearTimeout(timer);
  }, [value, pauseMs]);
  return paused;
}

export function useAnalysis(): Analysis {
  return useContext(AnalysisContext);
}

export function useReferences(): References {
  return useContext(AnalysisContext).references;
}

export function useNodePorts(node: GraphNode): Ports {
  return nodePorts(node, useReferences());
}

export function useNodeProblems(node: NodeId): readonly Problem[] {
  return useContext(AnalysisContext).byNode.get(node) ?? NO_PROBLEMS;
}
