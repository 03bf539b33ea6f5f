import { useQuery } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useLayoutEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { catalog } from "#nodes/catalog.data.ts";
import type { EdgeId, GraphId, NodeId } from "#runtime/graph/ids.ts";
import type { Graph, GraphNode } from "#runtime/graph/schema.ts";
import type { References } from "#runtime/node/references.ts";
import { compile, referenceKeys } from "#runtime/plan/compile.ts";
import type { Problem } from "#runtime/plan/problems.ts";
import { readReferences } from "#server/contract/system.ts";
import { call } from "../api/client.ts";
import { keyOf } from "../api/queries.ts";
import { askOrRemember } from "../offline/kept-answers.ts";
import { type Analysis, createAnalysisStore, NO_PROBLEMS } from "./analysis-store.ts";
import { type Editor, useEditor } from "./editor-context.ts";
import { nodePorts, type ShownPorts } from "./node-ports.ts";
import { pausedCall } from "./paused-call.ts";
import { whenIdle } from "./when-idle.ts";

const NOTHING: References = {};
const AnalysisContext = createContext(createAnalysisStore(NOTHING));
/** With what some place knows beyond the graph. */
const ReferencesContext = createContext<References | undefined>(undefined);

/** Milliseconds without a change after which the graph is looked at again; at the latest after `mostMs`, while people type on. */
const SETTLED = { pauseMs: 150, mostMs: 1_000 };
/** Compiling 2,000 nodes takes 100 to 200 ms: the first time it waits until they are drawn. */
const FIRST_WAIT_MS = 2_000;
/** Below the pause: what waits is not put off by the next change. */
const WAIT_MS = 100;

/** Compiles the graph while it is edited. With `references` it is one of a past run: nothing is looked up or reported. */
export function AnalysisProvider({ references: given, children }: { references?: References | undefined; children: ReactNode }) {
  const { graph, edits, graphId } = useEditor();
  const settled = useSettledGraph(graph);
  const keys = useMemo(() => (given ? [] : referenceKeys(settled, catalog)), [settled, given]);
  const found = useReferenceLookup(graphId, keys);
  const references = given ?? found;
  const [store] = useState(() => createAnalysisStore(references));
  const isCompiled = useRef(false);
  useLayoutEffect(() => store.setReferences(references), [store, references]);
  const isChecked = given === undefined && edits !== undefined;
  useEffect(() => {
    if (!isChecked) return store.setProblems(NO_PROBLEMS);
    return whenIdle(
      () => {
        isCompiled.current = true;
        store.setProblems(compile(settled, catalog, references).problems);
      },
      isCompiled.current ? WAIT_MS : FIRST_WAIT_MS,
    );
  }, [store, settled, references, isChecked]);
  return <AnalysisContext value={store}>{children}</AnalysisContext>;
}

/** The graph as it was when it last stood still. */
function useSettledGraph(graph: Editor["graph"]): Graph {
  const [settled, setSettled] = useState(graph.current);
  useEffect(() => {
    const settle = () => setSettled(graph.current());
    const paused = pausedCall(settle, SETTLED);
    settle();
    const unsubscribe = graph.subscribe(paused.call);
    return () => {
      unsubscribe();
      paused.stop();
    };
  }, [graph]);
  return settled;
}

function useReferenceLookup(id: GraphId, keys: readonly string[]): References {
  const { data } = useQuery({
    queryKey: keyOf(readReferences, { id, keys }),
    queryFn: async ({ queryKey, signal }) => {
      const answer = await askOrRemember(queryKey, () => call(readReferences, { params: { id }, body: { keys: [...keys] }, signal }));
      return answer.references;
    },
    enabled: keys.length > 0,
    placeholderData: (before) => before,
  });
  return data ?? NOTHING;
}

/** For what stands inside, some of what is outside the graph is known before a node depends on it: what a palette offers, say. */
export function KnownReferences({ known, children }: { known: References; children: ReactNode }) {
  const own = useReferences();
  const references = useMemo(() => ({ ...known, ...own }), [own, known]);
  return <ReferencesContext value={references}>{children}</ReferencesContext>;
}

/** A part of what was found; draws again when that part is another value by `===`. */
function useAnalysisPart<Part>(select: (analysis: Analysis) => Part): Part {
  const store = useContext(AnalysisContext);
  return useSyncExternalStore(store.subscribe, () => select(store.current()));
}

/** All that was found; draws again with every change of it. */
export function useAnalysis(): Analysis {
  return useAnalysisPart((analysis) => analysis);
}

/** All that is wrong with the graph. */
export function useProblems(): readonly Problem[] {
  return useAnalysisPart(({ problems }) => problems);
}

export function useNodeProblems(node: NodeId): readonly Problem[] {
  return useAnalysisPart(({ byNode }) => byNode.get(node) ?? NO_PROBLEMS);
}

export function useEdgeProblems(edge: EdgeId | undefined): readonly Problem[] {
  return useAnalysisPart(({ byEdge }) => (edge === undefined ? NO_PROBLEMS : (byEdge.get(edge) ?? NO_PROBLEMS)));
}

export function useReferences(): References {
  return useReferencesPart((references) => references);
}

/** What is made of the references; draws again when that is another value by `===`. */
export function useReferencesPart<Part>(select: (references: References) => Part): Part {
  const known = useContext(ReferencesContext);
  return useAnalysisPart(({ references }) => select(known ?? references));
}

export function useNodePorts(node: GraphNode): ShownPorts {
  return useReferencesPart((references) => nodePorts(node, references));
}
