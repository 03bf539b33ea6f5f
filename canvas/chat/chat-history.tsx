import { Ellipsis, MessagesSquare, Pencil, Trash2 } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import type { ChatId, GraphId } from "#runtime/graph/ids.ts";
import { type Chat, deleteChat, listChats, renameChat } from "#server/contract/chats.ts";
import { errorText } from "../api/api-problem.ts";
import { call } from "../api/client.ts";
import { useApiPages, useChange } from "../api/queries.ts";
import { Button } from "../ui/button.tsx";
import { classes } from "../ui/classes.ts";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { LoadError } from "../ui/load-error.tsx";
import { Menu } from "../ui/menu.tsx";
import { NameDialog } from "../ui/name-dialog.tsx";
import { NothingFits } from "../ui/nothing-fits.tsx";
import { SearchInput } from "../ui/search-input.tsx";
import { SkeletonRows } from "../ui/skeleton.tsx";
import { TimeAgo } from "../ui/time-ago.tsx";
import { useSearch } from "../ui/use-search.ts";

const PAGE = 30;

export interface ChatHistoryProps {
  graph: GraphId;
  shown: ChatId | undefined;
  /** Undefined: a new one. */
  onOpen(chat: ChatId | undefined): void;
}

/** One's own conversations with a graph, the last one first. */
export function ChatHistory({ graph, shown, onOpen }: ChatHistoryProps) {
  const search = useSearch();
  const [dialog, setDialog] = useState<{ type: "rename" | "delete"; chat: Chat } | undefined>(undefined);
  const filter = search.settled === "" ? {} : { search: search.settled };
  const chats = useApiPages(
    {
      id: listChats.id,
      page: (cursor, signal) => call(listChats, { params: { id: graph }, query: { ...filter, limit: PAGE, ...(cursor && { cursor }) }, signal }),
    },
    { graph, ...filter },
  );
  const close = () => setDialog(undefined);
  return (
    <div className="flex min-h-0 flex-1 flex-col bg-surface">
      <div className="border-line border-b px-3 py-2.5">
        <SearchInput label="Search conversations" placeholder="Title" value={search.typed} onChange={search.set} />
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto">
        {chats.items ? (
          <Chats chats={chats.items} isFiltered={search.settled !== ""} shown={shown} onOpen={onOpen} onDialog={setDialog} />
        ) : chats.error ? (
          <LoadError title="The conversations could not be loaded" text={errorText(chats.error)} onRetry={() => void chats.refetch()} />
        ) : (
          <SkeletonRows rows={4} label="Loading conversations" />
        )}
        {chats.hasNextPage && (
          <div className="flex justify-center p-3">
            <Button size="small" busy={chats.isFetchingNextPage} onClick={() => void chats.fetchNextPage()}>
              Older conversations
            </Button>
          </div>
        )}
      </div>
      {dialog?.type === "rename" && <RenameChatDialog chat={dialog.chat} onClose={close} />}
      {dialog?.type === "delete" && <DeleteChatDialog chat={dialog.chat} onClose={close} onDeleted={() => dialog.chat.id === shown && onOpen(undefined)} />}
    </div>
  );
}

interface ChatsProps extends Pick<ChatHistoryProps, "shown" | "onOpen"> {
  chats: readonly Chat[];
  isFiltered: boolean;
  onDialog(dialog: { type: "rename" | "delete"; chat: Chat }): void;
}

function Chats({ chats, isFiltered, shown, onOpen, onDialog }: ChatsProps) {
  if (chats.length === 0) {
    return isFiltered ? (
      <NothingFits title="No conversation fits" text="None of your conversations is called so." />
    ) : (
      <EmptyState
        icon={<MessagesSquare size={17} aria-hidden />}
        title="No conversations yet"
        text="What you talk about here is kept for you. Nobody else sees this list."
      />
    );
  }
  return (
    <ul aria-label="Conversations">
      {chats.map((chat) => (
        <li key={chat.id} className={classes("group relative border-line border-b", chat.id === shown ? "bg-accent-soft" : "hover:bg-hover")}>
          <button
            type="button"
            aria-current={chat.id === shown ? "true" : undefined}
            onClick={() => onOpen(chat.id)}
            className="flex w-full min-w-0 flex-col gap-0.5 py-2 pr-9 pl-4 text-left"
          >
            <span className="w-full truncate font-medium text-sm">{chat.title === "" ? "Untitled" : chat.title}</span>
            <span className={classes("text-xs", chat.id === shown ? "text-ink-muted" : "text-ink-faint")}>
              {chat.turns === 1 ? "1 message" : `${chat.turns} messages`} · <TimeAgo time={chat.updatedAt} />
            </span>
          </button>
          <span className="absolute top-2 right-1.5">
            <Menu
              trigger={<IconButton label={`Actions for ${chat.title === "" ? "Untitled" : chat.title}`} size="small" icon={<Ellipsis size={14} />} />}
              items={[
                { type: "action", label: "Rename…", icon: <Pencil size={14} />, onSelect: () => onDialog({ type: "rename", chat }) },
                { type: "separator", id: "delete" },
                { type: "action", label: "Delete…", icon: <Trash2 size={14} />, danger: true, onSelect: () => onDialog({ type: "delete", chat }) },
              ]}
            />
          </span>
        </li>
      ))}
    </ul>
  );
}

function RenameChatDialog({ chat, onClose }: { chat: Chat; onClose(): void }) {
  const rename = useChange(renameChat, { stale: [listChats] });
  return (
    <NameDialog
      title="Rename the conversation"
      label="Title"
      name={chat.title}
      busy={rename.isPending}
      problem={rename.error ? errorText(rename.error) : undefined}
      onSubmit={(title) => rename.mutate({ params: { id: chat.graph, chat: chat.id }, body: { title } }, { onSuccess: onClose })}
      onClose={onClose}
    />
  );
}

function DeleteChatDialog({ chat, onClose, onDeleted }: { chat: Chat; onClose(): void; onDeleted(): void }) {
  const remove = useChange(deleteChat, { stale: [listChats] });
  const confirm = () =>
    remove.mutate(
      { params: { id: chat.graph, chat: chat.id } },
      {
        onSuccess: () => {
          onDeleted();
          onClose();
        },
        onError: (error) => toast.error("The conversation was not deleted", { description: errorText(error) }),
      },
    );
  const name = chat.title === "" ? "this conversation" : `“${chat.title}”`;
  return (
    <ConfirmDialog
      open
      title={`Delete ${name}?`}
      text="It leaves this list for good. The runs it was made of stay."
      confirm="Delete"
      busy={remove.isPending}
      onConfirm={confirm}
      onClose={onClose}
    />
  );
}
