import { Link2, MoreHorizontal, Pencil, Trash2 } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { toast } from "sonner";
import {
  type Comment,
  type CommentThread,
  changeComment,
  countThreads,
  deleteComment,
  listThreads,
  type ReaderId,
  readThread,
} from "#server/contract/comments.ts";
import { errorText } from "../api/api-problem.ts";
import { useChange } from "../api/queries.ts";
import { colourOf } from "../presence/colours.ts";
import { useMay } from "../session/use-may.ts";
import { useSession } from "../session/use-session.ts";
import { classes } from "../ui/classes.ts";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { initials } from "../ui/initials.ts";
import { Markdown } from "../ui/markdown.tsx";
import { Menu, type MenuItem } from "../ui/menu.tsx";
import { TimeAgo } from "../ui/time-ago.tsx";
import { commentAddress } from "./comment-address.ts";
import { CommentComposer } from "./comment-composer.tsx";
import { keepWritten, type Written } from "./comment-drafts.ts";
import { usePersonName } from "./use-person-name.ts";

const STALE = [listThreads, countThreads, readThread];

/** One comment of a thread, with what can be done to it. */
export function CommentView({ thread, comment, isMeant }: { thread: CommentThread; comment: Comment; isMeant: boolean }) {
  const nameOf = usePersonName();
  const [isEditing, setEditing] = useState(false);
  const change = useChange(changeComment, { stale: STALE });
  const article = useRef<HTMLElement | null>(null);
  useEffect(() => {
    if (isMeant) article.current?.scrollIntoView({ block: "nearest" });
  }, [isMeant]);
  const place = `edit ${comment.id}`;
  const end = () => {
    keepWritten(place, undefined);
    setEditing(false);
  };
  const save = ({ body, mentions }: Written) => {
    const given = {
      params: { id: thread.graph, comment: comment.id },
      body: { body, mentions: mentions.map(({ id }) => id) },
    };
    // also when the panel is closed meanwhile
    change.mutateAsync(given).then(end, (error) => toast.error("The comment was not changed", { description: errorText(error) }));
  };
  const mentions = comment.mentions.map(({ id, name }) => ({
    id: id as ReaderId,
    name,
  }));
  return (
    <article
      ref={article}
      aria-label={`Comment by ${nameOf(comment.author)}`}
      className={classes("group flex gap-2 rounded-md px-2 py-1.5", isMeant && "bg-accent-soft")}
    >
      <CommentAvatar {...comment.author} />
      <div className="min-w-0 flex-1">
        <header className="flex h-6 items-center gap-2">
          <span className="truncate font-medium text-xs">{nameOf(comment.author)}</span>
          <span className="shrink-0 text-2xs text-ink-faint">
            <TimeAgo time={comment.createdAt} />
            {comment.editedAt && <span title={new Date(comment.editedAt).toLocaleString("en")}> · edited</span>}
          </span>
          <span className="ml-auto">{!isEditing && <CommentMenu thread={thread} comment={comment} onEdit={() => setEditing(true)} />}</span>
        </header>
        {isEditing ? (
          <CommentComposer
            place={place}
            label="Change the comment"
            placeholder="What it says"
            action="Save"
            initial={{ body: comment.body, mentions }}
            autoFocus
            busy={change.isPending}
            onSend={save}
            onCancel={end}
          />
        ) : (
          <Markdown text={comment.body} mentions={comment.mentions.map(({ name }) => name)} dense />
        )}
      </div>
    </article>
  );
}

export function CommentAvatar({ id, name }: { id: string; name: string }) {
  return (
    <span
      aria-hidden
      className="mt-0.5 flex size-5 shrink-0 items-center justify-center rounded-full font-semibold text-[9px] text-black leading-none"
      style={{ background: colourOf(id) }}
    >
      {initials(name || "You")}
    </span>
  );
}

function CommentMenu({ thread, comment, onEdit }: { thread: CommentThread; comment: Comment; onEdit(): void }) {
  const self = useSession()?.actor;
  const mayEditGraph = useMay("graph.edit");
  const mayWrite = useMay("comment.write");
  const [isAsking, setAsking] = useState(false);
  const remove = useChange(deleteComment, { stale: STALE });
  const isOwn = comment.author.id === self;
  const isFirst = comment.id === thread.id;
  // its first comment takes the answers along, which are others' to keep
  const mayDelete = mayEditGraph || (isFirst ? thread.comments : [comment]).every(({ author }) => author.id === self);
  const copy = () => {
    const address = new URL(
      commentAddress({
        graph: thread.graph,
        node: thread.node,
        comment: comment.id,
      }),
      location.origin,
    ).href;
    navigator.clipboard.writeText(address).then(
      () => toast.success("The link was copied."),
      () =>
        toast.error("The browser did not allow copying.", {
          description: address,
        }),
    );
  };
  const items: MenuItem[] = [
    {
      type: "action",
      label: "Copy the link",
      icon: <Link2 size={14} />,
      onSelect: copy,
    },
    ...(isOwn && mayWrite
      ? [
          {
            type: "action",
            label: "Edit",
            icon: <Pencil size={14} />,
            onSelect: onEdit,
          } as const,
        ]
      : []),
    ...(mayWrite && mayDelete
      ? [
          {
            type: "action",
            label: isFirst ? "Delete the thread" : "Delete",
            icon: <Trash2 size={14} />,
            danger: true,
            onSelect: () => setAsking(true),
          } as const,
        ]
      : []),
  ];
  return (
    <>
      <Menu items={items} trigger={<IconButton label="More" size="small" icon={<MoreHorizontal size={14} />} />} />
      {isAsking && (
        <ConfirmDialog
          open
          title={isFirst ? "Delete this thread?" : "Delete this comment?"}
          text={
            isFirst && thread.comments.length > 1
              ? "Its answers go with it, for everybody. This cannot be undone."
              : "It goes for everybody. This cannot be undone."
          }
          confirm="Delete"
          busy={remove.isPending}
          onConfirm={() =>
            remove.mutate(
              { params: { id: thread.graph, comment: comment.id } },
              {
                onSuccess: () => setAsking(false),
                onError: (error) =>
                  toast.error("The comment was not deleted", {
                    description: errorText(error),
                  }),
              },
            )
          }
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}
