import { useEffect } from "react";
import { LoadError } from "../ui/load-error.tsx";
import { type RunView, useRunActions } from "./run-view.ts";

/** Shown where something is not known yet because it was before the fold that a long run was opened with: as long as it is there, pages are read. */
export function EarlierEvents({ view: { record, earlierProblem } }: { view: RunView }) {
  const { loadEarlier } = useRunActions();
  const { missing } = record;
  useEffect(() => {
    if (missing > 0 && earlierProblem === undefined) loadEarlier();
  }, [missing, earlierProblem, loadEarlier]);
  if (earlierProblem !== undefined) return <LoadError title="The beginning of the run could not be read" text={earlierProblem} onRetry={loadEarlier} />;
  return (
    <p role="status" className="text-ink-muted text-xs">
      Reading what came earlier in this run…
    </p>
  );
}
