import type { RunId } from "#runtime/graph/ids.ts";
import type { ChildPurpose } from "#runtime/run/events.ts";
import type { RunSummary } from "#server/contract/runs.ts";

/** What a run was begun for by another one. */
export const RUN_PURPOSES: Readonly<Record<ChildPurpose, string>> = {
  call: "Called graph",
  tool: "Tool call",
  slice: "Part of a list",
  worker: "On a labelled worker",
  "error-handler": "Error handler",
  rerun: "Re-run",
};

/** How its parent is told: "Re-run of …". */
export const PARENT_WORDS: Readonly<Record<ChildPurpose, string>> = {
  call: "Called by",
  tool: "Called by",
  slice: "Part of",
  worker: "Part of",
  "error-handler": "Handles the failure of",
  rerun: "Re-run of",
};

/** The run that this one is a part of. A part (of a list, a tool that was called, or a node on a labelled worker) runs a piece of the graph, and cannot be run again without the rest. */
export function wholeOf({ parent }: Pick<RunSummary, "parent">): RunId | undefined {
  return parent?.purpose === "slice" || parent?.purpose === "worker" || parent?.purpose === "tool" ? parent.run : undefined;
}
