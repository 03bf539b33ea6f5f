import { AlarmClock, AtSign, CheckCheck, CircleDollarSign, Inbox, MailOpen, Reply, UserRoundCheck } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { useNavigate } from "react-router";
import { toast } from "sonner";
import { plainMarkdown } from "#runtime/markdown.ts";
import { countInbox, type InboxItem, listInbox, markInboxItem, markInboxRead } from "#server/contract/inbox.ts";
import { errorText } from "../api/api-problem.ts";
import { call } from "../api/client.ts";
import { useApiPages, useChange } from "../api/queries.ts";
import { isTyping } from "../board/is-typing.ts";
import type { Command } from "../commands/command.ts";
import { useProvideCommands } from "../commands/command-store.ts";
import { commentAddress } from "../comments/comment-address.ts";
import { CommentAvatar } from "../comments/comment-view.tsx";
import { usePersonName } from "../comments/use-person-name.ts";
import { PageFrame } from "../pages/page-frame.tsx";
import { PagedList } from "../pages/paged-list.tsx";
import { Button } from "../ui/button.tsx";
import { classes } from "../ui/classes.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { Kbd } from "../ui/kbd.tsx";
import { NothingFits } from "../ui/nothing-fits.tsx";
import { SearchInput } from "../ui/search-input.tsx";
import { Select } from "../ui/select.tsx";
import { TimeAgo } from "../ui/time-ago.tsx";
import { useSearch } from "../ui/use-search.ts";
import { useUnread } from "./unread.ts";

const PAGE = 50;
const SHOWS = [
  { value: "unread", label: "Unread" },
  { value: "all", label: "All" },
] as const;
const STALE = [listInbox, countInbox];

/** What others said to the caller: gone through with the keyboard alone. */
export function InboxPage() {
  const [shows, setShows] = useState<string>("unread");
  const search = useSearch();
  const unread = useUnread();
  const filter = { ...(shows === "unread" && { unread: "true" as const }), ...(search.settled !== "" && { search: search.settled }) };
  const page = (cursor: string | undefined, signal: AbortSignal) => call(listInbox, { query: { ...filter, limit: PAGE, ...(cursor && { cursor }) }, signal });
  const list = useApiPages({ id: listInbox.id, page }, filter);
  const markAll = useChange(markInboxRead, { stale: STALE });
  const readAll = () => markAll.mutate({}, { onError: (error) => toast.error("Nothing was marked", { description: errorText(error) }) });
  return (
    <PageFrame
      title="Inbox"
      text="Where somebody mentions you or answers you in a comment, and where a run waits for your decision."
      actions={
        <Button icon={<CheckCheck size={15} aria-hidden />} disabled={unread === 0} busy={markAll.isPending} onClick={readAll}>
          Mark all as read
        </Button>
      }
      toolbar={
        <>
          <SearchInput
            label="Search the inbox"
            placeholder="Search in comments, graphs and names"
            value={search.typed}
            onChange={search.set}
            className="w-72"
          />
          <div className="w-28">
            <Select label="Which to show" value={shows} options={SHOWS} onChange={setShows} />
          </div>
          <p className="ml-auto flex items-center gap-1.5 text-2xs text-ink-faint max-lg:hidden">
            <Kbd keys="J" /> <Kbd keys="K" /> to walk, <Kbd keys="Enter" /> to open, <Kbd keys="E" /> to mark as read
          </p>
        </>
      }
    >
      <PagedList
        what="messages"
        query={list}
        empty={
          search.settled !== "" ? (
            <NothingFits title="Nothing fits" text="No message fits the search." onShowAll={() => search.set("")} />
          ) : (
            <EmptyState
              icon={<Inbox size={18} aria-hidden />}
              title={shows === "unread" ? "All read" : "Nothing yet"}
              text="When somebody mentions you with @ in a comment on a graph, or answers you, it comes here. So does what a run asks of you by name."
              {...(shows === "unread" && { actions: <Button onClick={() => setShows("all")}>Show what I read</Button> })}
            />
          )
        }
      >
        {(items) => <Items items={items} />}
      </PagedList>
    </PageFrame>
  );
}

function Items({ items }: { items: readonly InboxItem[] }) {
  const navigate = useNavigate();
  const [current, setCurrent] = useState<InboxItem["id"] | undefined>(undefined);
  const mark = useChange(markInboxItem, { stale: STALE });
  const found = items.findIndex(({ id }) => id === current);
  const [lastIndex, setLastIndex] = useState(0);
  // the focus goes with the keys, and from the rail into the list, so that Enter opens what is marked
  const [takesFocus, setTakesFocus] = useState(true);
  // what is marked goes from the list: the next one takes its place
  const index = found >= 0 ? found : Math.min(lastIndex, items.length - 1);
  const item = items[index];
  const commands = useMemo((): Command[] => {
    const go = (to: number) => {
      const next = items[Math.max(0, Math.min(items.length - 1, to))];
      if (!next) return;
      setCurrent(next.id);
      setLastIndex(items.indexOf(next));
      setTakesFocus(true);
    };
    const setRead = (read: boolean) => {
      if (!item || (item.readAt !== null) === read) return;
      mark.mutate({ params: { item: item.id }, body: { read } }, { onError: (error) => toast.error("It was not marked", { description: errorText(error) }) });
    };
    return [
      { id: "inbox-next", title: "The next message", group: "Go to", keys: ["J", "ArrowDown"], repeats: true, run: () => go(index + 1) },
      { id: "inbox-before", title: "The message before", group: "Go to", keys: ["K", "ArrowUp"], repeats: true, run: () => go(index - 1) },
      {
        id: "inbox-open",
        title: "Open the message",
        group: "Go to",
        keys: ["Enter"],
        when: (event) => !(event.target instanceof Element && event.target.closest("button, a, [role=combobox]")),
        run: () => {
          if (!item) return;
          setRead(true);
          navigate(addressOf(item));
        },
      },
      { id: "inbox-read", title: "Mark the message as read, or unread", group: "Edit", keys: ["E"], run: () => setRead(item?.readAt === null) },
    ];
  }, [items, item, index, mark.mutate, navigate]);
  useProvideCommands(commands);
  return (
    <ul aria-label="Messages" className="divide-y divide-line overflow-hidden rounded-lg border border-line bg-surface">
      {items.map((each) => (
        <Item
          key={each.id}
          item={each}
          isCurrent={each === item}
          takesFocus={takesFocus}
          onPoint={() => {
            setCurrent(each.id);
            setLastIndex(items.indexOf(each));
            setTakesFocus(false);
          }}
          onMark={(read) => mark.mutate({ params: { item: each.id }, body: { read } })}
          onOpen={() => {
            if (each.readAt === null) mark.mutate({ params: { item: each.id }, body: { read: true } });
            navigate(addressOf(each));
          }}
        />
      ))}
    </ul>
  );
}

function addressOf(item: InboxItem): string {
  if (item.kind === "gate") return `/approvals/${item.gate}`;
  if (item.kind === "budget") return `/graphs/${item.graph.id}/runs/${item.run}`;
  const { graph, node, comment } = item;
  return commentAddress({ graph: graph.id, node: node?.id ?? null, comment });
}

function waitsText({ isReminder }: { isReminder: boolean }): string {
  return isReminder ? "A decision is still waited for" : "A decision is waited for";
}

const KINDS = { gate: UserRoundCheck, budget: CircleDollarSign, mention: AtSign, reply: Reply };

interface ItemProps {
  item: InboxItem;
  isCurrent: boolean;
  takesFocus: boolean;
  onPoint(): void;
  onMark(read: boolean): void;
  onOpen(): void;
}

function Item({ item, isCurrent, takesFocus, onPoint, onMark, onOpen }: ItemProps) {
  const nameOf = usePersonName();
  const row = useRef<HTMLLIElement | null>(null);
  useEffect(() => {
    if (!isCurrent || !takesFocus) return;
    row.current?.scrollIntoView({ block: "nearest" });
    if (!isTyping(document.activeElement)) row.current?.querySelector("button")?.focus();
  }, [isCurrent, takesFocus]);
  const isUnread = item.readAt === null;
  const Kind = KINDS[item.kind];
  return (
    <li
      ref={row}
      aria-current={isCurrent || undefined}
      className={classes("relative flex items-start gap-3 px-4 py-3 hover:bg-hover", isCurrent && "bg-accent-soft")}
      onPointerEnter={onPoint}
    >
      {isUnread && <span aria-hidden className="absolute top-5 left-1.5 size-1.5 rounded-full bg-accent" />}
      {"by" in item ? <CommentAvatar {...item.by} /> : <AlarmClock size={22} className="mt-0.5 shrink-0 text-warning" aria-hidden />}
      <button type="button" onClick={onOpen} className="min-w-0 flex-1 rounded-sm text-left">
        <span className="flex items-center gap-1.5 text-xs">
          <Kind size={13} className="shrink-0 text-ink-faint" aria-hidden />
          <span className={classes("truncate", isUnread ? "font-semibold" : "text-ink-muted")}>
            {"by" in item
              ? `${nameOf(item.by)} ${item.kind === "mention" ? "mentioned you" : "answered"}`
              : item.kind === "gate"
                ? waitsText(item)
                : "A budget is nearly used"}
          </span>
          <span className="min-w-0 truncate text-ink-faint">
            in {item.graph.name}
            {item.node && ` · ${item.node.label || "a node"}`}
          </span>
          {isUnread && <span className="sr-only">, unread</span>}
        </span>
        <span className={classes("mt-0.5 line-clamp-2 text-sm", !isUnread && "text-ink-muted")}>{plainMarkdown(item.body)}</span>
      </button>
      <span className="mt-0.5 shrink-0 text-2xs text-ink-faint">
        <TimeAgo time={item.createdAt} />
      </span>
      <IconButton
        label={isUnread ? "Mark as read" : "Mark as unread"}
        size="small"
        icon={isUnread ? <CheckCheck size={14} /> : <MailOpen size={14} />}
        onClick={() => onMark(isUnread)}
      />
    </li>
  );
}
