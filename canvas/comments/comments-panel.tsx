import { MessageSquarePlus, MessagesSquare, X } from "lucide-react";
import { useState } from "react";
import { beginThread, type CommentThread, listThreads, readThread } from "#server/contract/comments.ts";
import { errorText } from "../api/api-problem.ts";
import { call } from "../api/client.ts";
import { useApi, useApiPages } from "../api/queries.ts";
import { useBoard } from "../board/board-store.ts";
import { useEditor, useGraphNode } from "../document/editor-context.ts";
import { useMay, useWhyNot } from "../session/use-may.ts";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { LoadError } from "../ui/load-error.tsx";
import { NotAllowed } from "../ui/not-allowed.tsx";
import { NothingFits } from "../ui/nothing-fits.tsx";
import { Panel } from "../ui/panel.tsx";
import { SearchInput } from "../ui/search-input.tsx";
import { Select } from "../ui/select.tsx";
import { SkeletonRows } from "../ui/skeleton.tsx";
import { useSearch } from "../ui/use-search.ts";
import { CommentComposer } from "./comment-composer.tsx";
import { useCommentsView } from "./comments-view.ts";
import { PendingComment } from "./pending-comment.tsx";
import { ThreadCard } from "./thread-card.tsx";
import { usePosting } from "./use-posting.ts";

const PAGE = 50;
const STATES = [
  { value: "open", label: "Open" },
  { value: "resolved", label: "Resolved" },
  { value: "mine", label: "Mine" },
  { value: "all", label: "All" },
] as const;
type ShownState = (typeof STATES)[number]["value"];

/** The threads of a graph, and where to begin one. */
export function CommentsPanel() {
  const { node, shown, close, showNode } = useCommentsView();
  const [state, setState] = useState<ShownState>("open");
  const search = useSearch();
  const threads = useThreads({ state, node, search: search.settled });
  const shownNode = useGraphNode(node);
  // one that a link leads to is shown whatever the filter
  const isListed = shown === undefined || threads.items?.some(({ id }) => id === shown.thread) === true;
  return (
    <Panel title="Comments" label="Comments" onClose={close} className="h-full">
      <div className="flex shrink-0 flex-col gap-2 border-line border-b p-3">
        <div className="flex gap-2">
          <SearchInput label="Search comments" placeholder="Search" value={search.typed} onChange={search.set} className="min-w-0 flex-1" />
          <div className="w-28 shrink-0">
            <Select
              label="Which comments"
              value={state}
              options={STATES}
              onChange={(next) => setState(STATES.find(({ value }) => value === next)?.value ?? "open")}
            />
          </div>
        </div>
        {node && (
          <p className="flex items-center gap-1 rounded-md bg-accent-soft py-0.5 pr-0.5 pl-2 text-xs">
            <span className="min-w-0 flex-1 truncate">On {shownNode?.label ?? "a removed node"}</span>
            <IconButton label="Show those on all nodes" size="small" icon={<X size={13} />} onClick={() => showNode(undefined)} />
          </p>
        )}
      </div>
      <div className="flex min-h-0 flex-1 flex-col gap-3 overflow-y-auto p-3">
        <NewThread />
        {!isListed && threads.items && shown && <LinkedThread id={shown.thread} />}
        <ThreadList threads={threads} isFiltered={search.settled !== "" || state === "resolved" || state === "mine" || node !== undefined} />
      </div>
    </Panel>
  );
}

function useThreads({ state, node, search }: { state: ShownState; node: CommentThread["node"] | undefined; search: string }) {
  const { graphId } = useEditor();
  const filter = {
    ...((state === "open" || state === "resolved") && { state }),
    ...(state === "mine" && { mine: "true" as const }),
    ...(node && { node }),
    ...(search !== "" && { search }),
  } as const;
  const page = (cursor: string | undefined, signal: AbortSignal) =>
    call(listThreads, {
      params: { id: graphId },
      query: { ...filter, limit: PAGE, ...(cursor && { cursor }) },
      signal,
    });
  return useApiPages({ id: listThreads.id, page }, { graph: graphId, ...filter });
}

function ThreadList({ threads, isFiltered }: { threads: ReturnType<typeof useThreads>; isFiltered: boolean }) {
  const { items, error } = threads;
  if (!items && error)
    return <LoadError title="The comments could not be loaded" text={errorText(error)} busy={threads.isFetching} onRetry={() => void threads.refetch()} />;
  if (!items) return <SkeletonRows label="Loading comments" />;
  if (items.length === 0)
    return isFiltered ? (
      <NothingFits title="Nothing fits" text="No thread of this graph fits what you chose." />
    ) : (
      <EmptyState
        icon={<MessagesSquare size={18} aria-hidden />}
        title="No open comments"
        text="Ask or remark something on a node: everybody who can open the graph sees it, and whoever you mention finds it in their inbox."
      />
    );
  return (
    <>
      <ul aria-label="Threads" className="flex flex-col gap-3">
        {items.map((thread) => (
          <ThreadCard key={thread.id} thread={thread} />
        ))}
      </ul>
      {threads.hasNextPage && (
        <Button busy={threads.isFetchingNextPage} onClick={() => void threads.fetchNextPage()} className="self-center">
          More comments
        </Button>
      )}
    </>
  );
}

function LinkedThread({ id }: { id: CommentThread["id"] }) {
  const { graphId } = useEditor();
  const { data, error } = useApi(readThread, {
    params: { id: graphId, comment: id },
  });
  if (error) return <p className="rounded-md bg-warning-soft px-3 py-2 text-xs">{errorText(error)}</p>;
  return data ? (
    <ul aria-label="The thread of the link">
      <ThreadCard thread={data} />
    </ul>
  ) : (
    <SkeletonRows label="Loading the thread" />
  );
}

function NewThread() {
  const { graphId } = useEditor();
  const { about, write } = useCommentsView();
  const mayWrite = useMay("comment.write");
  const whyNot = useWhyNot("comment.write");
  const selected = useBoard(({ selectedNodes }) => (selectedNodes.length === 1 ? selectedNodes[0] : undefined));
  const selectedNode = useGraphNode(selected);
  const aboutNode = useGraphNode(about?.node ?? undefined);
  const posting = usePosting(`new ${graphId}`, ({ body, mentions, node, key }) =>
    call(beginThread, {
      params: { id: graphId },
      body: {
        body,
        mentions: mentions.map(({ id }) => id),
        ...(node && { node }),
        key,
      },
    }),
  );
  if (!mayWrite)
    return (
      <NotAllowed reason={whyNot}>
        <Button disabled className="flex-1" icon={<MessageSquarePlus size={14} aria-hidden />}>
          Comment
        </Button>
      </NotAllowed>
    );
  return (
    <div className="flex flex-col gap-2">
      {about ? (
        <div className="rounded-lg border border-accent p-2">
          <p className="mb-1.5 truncate text-2xs text-ink-muted">{about.node ? `On ${aboutNode?.label ?? "a removed node"}` : "On the graph"}</p>
          <CommentComposer
            place={`new ${graphId} ${about.node ?? ""}`}
            label="New comment"
            placeholder="What do you want to say?"
            action="Comment"
            autoFocus
            onSend={(written) => {
              posting.post({ ...written, node: about.node });
              write(undefined);
            }}
            onCancel={() => write(undefined)}
          />
        </div>
      ) : (
        <Button icon={<MessageSquarePlus size={14} aria-hidden />} onClick={() => write({ node: selected ?? null })}>
          <span className="truncate">Comment on {selectedNode ? selectedNode.label : "the graph"}</span>
        </Button>
      )}
      {posting.pending.map((pending) => (
        <div key={pending.key} className="rounded-lg border border-line">
          <PendingComment pending={pending} onRetry={posting.retry} onDrop={posting.drop} />
        </div>
      ))}
    </div>
  );
}
