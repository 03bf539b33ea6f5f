import type { Edits } from "#runtime/graph/edits.ts";
import type { Editor } from "../document/editor-context.ts";

/** Makes several edits one: for the others, and for undo. Nothing where nothing may be changed. The graph shows them when all are made. */
export function asOneStep({ edits, undo }: Pick<Editor, "edits" | "undo">, change: (edits: Edits) => void): void {
  if (!edits) return;
  undo?.stopCapturing();
  edits.together(() => change(edits));
  undo?.stopCapturing();
}
