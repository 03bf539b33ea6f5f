import { MessageSquare } from "lucide-react";
import type { NodeId } from "#runtime/graph/ids.ts";
import { useCommentsView } from "./comments-view.ts";
import { useOpenThreads } from "./open-threads.ts";

/** On a node: how many open threads it has. Opens them. */
export function CommentBubble({ node }: { node: NodeId }) {
  const count = useOpenThreads(node);
  if (count === 0) return null;
  const label = `${count} open ${count === 1 ? "thread" : "threads"} of comments`;
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      onClick={(event) => {
        event.stopPropagation();
        useCommentsView.getState().showNode(node);
      }}
      onDoubleClick={(event) => event.stopPropagation()}
      className="comment-bubble nodrag absolute -top-3 -right-2 z-10 flex h-6 min-w-6 items-center justify-center gap-1 rounded-full rounded-bl-none border-2 border-board bg-accent-fill px-1.5 font-semibold text-2xs text-on-accent tabular-nums shadow-card hover:bg-accent-fill-hover"
    >
      <MessageSquare size={11} fill="currentColor" aria-hidden />
      {count}
    </button>
  );
}
