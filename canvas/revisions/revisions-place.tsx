import { useReactFlow, type Viewport } from "@xyflow/react";
import { lazy, type ReactNode, Suspense, useEffect, useMemo, useRef } from "react";
import type { Command } from "../commands/command.ts";
import { useProvideCommands } from "../commands/command-store.ts";
import { useEditor } from "../document/editor-context.ts";
import { Spinner } from "../ui/spinner.tsx";
import { useHistoryAddress } from "./use-history-address.ts";

const RevisionPanel = lazy(async () => ({ default: (await import("./revision-panel.tsx")).RevisionPanel }));
const ComparisonView = lazy(async () => ({ default: (await import("./comparison-view.tsx")).ComparisonView }));

/** Around the board and the inspector of a draft: the history beside them, and in their place a comparison. */
export function RevisionsPlace({ children }: { children: ReactNode }) {
  const { graphId, document } = useEditor();
  const { isOpen, number, against } = useHistoryAddress();
  useHistoryCommands();
  useKeptViewport(number !== undefined);
  if (!document) return children;
  return (
    <>
      {isOpen && (
        <aside aria-label="History" className="flex w-72 shrink-0 flex-col border-line border-r bg-surface max-xl:w-60">
          <Suspense fallback={<Spinner className="m-6" label="Loading" />}>
            <RevisionPanel graphId={graphId} />
          </Suspense>
        </aside>
      )}
      {number === undefined ? (
        children
      ) : (
        <Suspense fallback={<Spinner className="m-auto" size={20} label="Loading the revision" />}>
          <ComparisonView number={number} against={against} />
        </Suspense>
      )}
    </>
  );
}

/** The board goes while a comparison stands in its place; afterwards one looks at it from where one was. */
function useKeptViewport(isAway: boolean): void {
  const { getViewport, setViewport } = useReactFlow();
  const kept = useRef<Viewport | undefined>(undefined);
  // read while the board is still there
  if (isAway && !kept.current) kept.current = getViewport();
  useEffect(() => {
    const viewport = kept.current;
    if (isAway || !viewport) return;
    kept.current = undefined;
    const timer = setTimeout(() => void setViewport(viewport), 60);
    return () => clearTimeout(timer);
  }, [isAway, setViewport]);
}

function useHistoryCommands(): void {
  const { document } = useEditor();
  const { toggle } = useHistoryAddress();
  useProvideCommands(
    useMemo<Command[]>(() => {
      if (!document) return [];
      const history: Command = {
        id: "history",
        title: "History of this graph",
        group: "View",
        keys: ["Shift+H"],
        keywords: ["revisions", "versions", "diff", "compare", "restore", "changes"],
        run: toggle,
      };
      return [history];
    }, [document, toggle]),
  );
}
