import { PencilLine } from "lucide-react";
import { useDeferredValue, useMemo } from "react";
import { diffGraphs, isSame } from "#runtime/graph/diff.ts";
import { useEditor, useGraph } from "../document/editor-context.ts";
import { classes } from "../ui/classes.ts";
import { summaryOf } from "./change-words.ts";
import { useHistoryAddress } from "./use-history-address.ts";
import { useRevision } from "./use-revision.ts";

/** On top of the history: the draft, and how far it is from the newest revision. */
export function DraftRow({ newest }: { newest: number | undefined }) {
  const { graphId } = useEditor();
  const draft = useDeferredValue(useGraph());
  const { number, show, leave } = useHistoryAddress();
  const { data } = useRevision(graphId, newest);
  const diff = useMemo(() => data && diffGraphs(data.graph, draft), [data, draft]);
  const detail =
    newest === undefined
      ? "Nothing is kept yet"
      : diff === undefined
        ? "…"
        : isSame(diff)
          ? `The same as revision ${newest}`
          : `Changed since revision ${newest}: ${summaryOf(diff)}`;
  const isDifferent = diff !== undefined && !isSame(diff);
  return (
    <button
      type="button"
      aria-current={number === undefined ? "true" : undefined}
      onClick={() => (number === undefined && newest !== undefined && isDifferent ? show(newest, "draft") : leave())}
      className={classes("flex w-full shrink-0 gap-2.5 border-line border-b px-3 py-2.5 text-left", number === undefined ? "bg-hover" : "hover:bg-hover")}
    >
      <span className="flex size-5 shrink-0 items-center justify-center rounded-full bg-accent-soft text-accent">
        <PencilLine size={11} aria-hidden />
      </span>
      <span className="flex min-w-0 flex-1 flex-col gap-0.5">
        <span className="font-medium text-sm">Draft</span>
        <span className="text-ink-faint text-xs">{detail}</span>
      </span>
    </button>
  );
}
