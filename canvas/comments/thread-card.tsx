import { Check, RotateCcw } from "lucide-react";
import { toast } from "sonner";
import { type CommentThread, countThreads, listThreads, readThread, replyToThread, resolveThread } from "#server/contract/comments.ts";
import { errorText } from "../api/api-problem.ts";
import { call } from "../api/client.ts";
import { useChange } from "../api/queries.ts";
import { useBoardActions } from "../board/board-actions.ts";
import { useGraphNode } from "../document/editor-context.ts";
import { useMay } from "../session/use-may.ts";
import { announce } from "../ui/announce.ts";
import { classes } from "../ui/classes.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { TimeAgo } from "../ui/time-ago.tsx";
import { CommentComposer } from "./comment-composer.tsx";
import { CommentView } from "./comment-view.tsx";
import { useCommentsView } from "./comments-view.ts";
import { PendingComment } from "./pending-comment.tsx";
import { usePersonName } from "./use-person-name.ts";
import { usePosting } from "./use-posting.ts";

/** A thread: its first comment, and unfolded, all answers and where to write one. */
export function ThreadCard({ thread }: { thread: CommentThread }) {
  const { shown, show } = useCommentsView();
  const mayWrite = useMay("comment.write");
  const nameOf = usePersonName();
  const params = { id: thread.graph, comment: thread.id };
  const posting = usePosting(thread.id, ({ body, mentions, key }) =>
    call(replyToThread, {
      params,
      body: { body, mentions: mentions.map(({ id }) => id), key },
    }),
  );
  const isShown = shown?.thread === thread.id;
  const [first, ...replies] = thread.comments;
  if (!first) return null;
  const last = replies.at(-1);
  return (
    <li className={classes("rounded-lg border bg-surface", isShown ? "border-accent" : "border-line")}>
      <header className="flex h-8 items-center gap-1 border-line border-b pr-1 pl-3">
        <ThreadPlace thread={thread} />
        {mayWrite && <ResolveButton thread={thread} />}
      </header>
      <div className="flex flex-col p-1">
        {thread.resolved && (
          <p className="px-2 py-1 text-2xs text-ink-faint">
            Resolved by {nameOf(thread.resolved.by)} <TimeAgo time={thread.resolved.at} />
          </p>
        )}
        <CommentView thread={thread} comment={first} isMeant={isShown && shown.comment === first.id && replies.length > 0} />
        {isShown && replies.map((reply) => <CommentView key={reply.id} thread={thread} comment={reply} isMeant={shown.comment === reply.id} />)}
        {posting.pending.map((pending) => (
          <PendingComment key={pending.key} pending={pending} onRetry={posting.retry} onDrop={posting.drop} />
        ))}
        {isShown && mayWrite && (
          <div className="px-2 pt-1 pb-1.5">
            <CommentComposer
              place={thread.id}
              label="Answer"
              placeholder="Answer…"
              action="Answer"
              autoFocus
              onSend={(written) => {
                posting.post(written);
                announce("The answer is sent.");
              }}
              onCancel={() => show(undefined)}
            />
          </div>
        )}
        {!isShown && (
          <button
            type="button"
            onClick={() => show({ thread: thread.id })}
            className="mx-2 mb-1 self-start rounded-sm px-1 py-0.5 text-2xs text-accent hover:underline"
          >
            {last
              ? `${replies.length} ${replies.length === 1 ? "answer" : "answers"}, the last by ${nameOf(last.author)}`
              : mayWrite
                ? "Answer"
                : "Show the thread"}
          </button>
        )}
      </div>
    </li>
  );
}

/** What the thread is about; a node is shown when it is pressed. */
function ThreadPlace({ thread: { node, nodeLabel } }: { thread: CommentThread }) {
  const found = useGraphNode(node ?? undefined);
  const { focusNode } = useBoardActions();
  const look = "min-w-0 flex-1 truncate text-left text-2xs";
  if (node === null) return <span className={classes(look, "text-ink-faint")}>On the graph</span>;
  if (!found) return <span className={classes(look, "text-warning")}>On a removed node{nodeLabel && `: ${nodeLabel}`}</span>;
  return (
    <span className={look}>
      <button type="button" onClick={() => focusNode(node)} className="max-w-full truncate rounded-sm text-ink-muted hover:text-accent hover:underline">
        {found.label}
      </button>
    </span>
  );
}

function ResolveButton({ thread }: { thread: CommentThread }) {
  const change = useChange(resolveThread, {
    stale: [listThreads, countThreads, readThread],
  });
  const isResolved = change.isPending ? change.variables.body?.resolved === true : thread.resolved !== null;
  const resolve = () => {
    const resolved = !isResolved;
    change.mutate(
      { params: { id: thread.graph, comment: thread.id }, body: { resolved } },
      {
        onSuccess: () => announce(resolved ? "The thread is resolved." : "The thread is open again."),
        onError: (error) => toast.error(resolved ? "The thread was not resolved" : "The thread was not opened", { description: errorText(error) }),
      },
    );
  };
  return isResolved ? (
    <IconButton label="Open it again" size="small" icon={<RotateCcw size={13} />} onClick={resolve} />
  ) : (
    <IconButton label="Resolve" size="small" icon={<Check size={15} />} onClick={resolve} />
  );
}
