import { lazy, Suspense } from "react";
import { useEditor } from "../document/editor-context.ts";
import { Spinner } from "../ui/spinner.tsx";
import { useCommentsView } from "./comments-view.ts";
import { useLiveComments } from "./open-threads.ts";
import { useCommentCommands } from "./use-comment-commands.ts";
import { useCommentLink } from "./use-comment-link.ts";

const CommentsPanel = lazy(async () => ({
  default: (await import("./comments-panel.tsx")).CommentsPanel,
}));

/** Where the comments of a draft stand beside the board. */
export function CommentsPlace() {
  const { graphId } = useEditor();
  const isOpen = useCommentsView((view) => view.isOpen);
  useLiveComments(graphId);
  useCommentCommands();
  useCommentLink();
  if (!isOpen) return null;
  return (
    <aside aria-label="Comments" className="flex w-80 shrink-0 flex-col border-line border-r bg-surface max-xl:w-72">
      <Suspense fallback={<Spinner className="m-6" label="Loading" />}>
        <CommentsPanel />
      </Suspense>
    </aside>
  );
}
