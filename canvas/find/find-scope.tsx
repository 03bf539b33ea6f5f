import { lazy, type ReactNode, Suspense, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { NodeId } from "#runtime/graph/ids.ts";
import type { Graph } from "#runtime/graph/schema.ts";
import { createMarksStore, type Mark, type Marks, MarksContext, useMarks } from "../board/marks.ts";
import { TypedAhead } from "../commands/typed-ahead.tsx";
import { useGraphPart } from "../document/editor-context.ts";
import { findInGraph } from "./find-in-graph.ts";
import { useFindStore } from "./find-store.ts";
import { useFindCommands } from "./use-find-commands.ts";

const FindPanel = lazy(async () => ({ default: (await import("./find-panel.tsx")).FindPanel }));

/** Stands around the board: marks what the search has found on it, and shows the search above it. */
export function FindScope({ children }: { children: ReactNode }) {
  const { isOpen, query } = useFindStore();
  const graph = useGraphPart((whole): Graph | undefined => (isOpen ? whole : undefined));
  const result = useMemo(() => graph && findInGraph(graph, query), [graph, query]);
  const others = useMarks();
  const typed = useRef("");
  const [marks] = useState(() => createMarksStore(others));
  useLayoutEffect(() => marks.set(result ? withFound(others, result.byNode) : others), [marks, others, result]);
  useFindCommands();
  return (
    <>
      <MarksContext value={marks}>{children}</MarksContext>
      {result && (
        <Suspense fallback={<TypedAhead into={typed} />}>
          <FindPanel result={result} typed={typed} />
        </Suspense>
      )}
    </>
  );
}

/** What others say of a node goes before what was found in it. */
function withFound({ nodes, edges }: Marks, byNode: ReadonlyMap<NodeId, number>): Marks {
  const found = [...byNode].map(([id, count]): [NodeId, Mark] => [id, { kind: "found", text: `${count} ${count === 1 ? "match" : "matches"}` }]);
  return { nodes: new Map([...found, ...nodes]), edges };
}
