import type { ChildPurpose } from "#runtime/run/events.ts";

/** What a run was begun for by another one. */
export const RUN_PURPOSES: Readonly<Record<ChildPurpose, string>> = {
  call: "Called graph",
  slice: "Part of a list",
  worker: "On a labelled worker",
  "error-handler": "Error handler",
  rerun: "Re-run",
};

/** How its parent is told: "Re-run of …". */
export const PARENT_WORDS: Readonly<Record<ChildPurpose, string>> = {
  call: "Called by",
  slice: "Part of",
  worker: "Part of",
  "error-handler": "Handles the failure of",
  rerun: "Re-run of",
};
