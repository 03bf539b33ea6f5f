import { ArrowDown, CircleAlert, History, MessagesSquare, SquarePen } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import type { ChatId, GraphId } from "#runtime/graph/ids.ts";
import { type ChatTurn, readChatting } from "#server/contract/chats.ts";
import { errorText } from "../api/api-problem.ts";
import { useApi } from "../api/queries.ts";
import { isFinal } from "../runs/run-store.ts";
import { Button } from "../ui/button.tsx";
import { classes } from "../ui/classes.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { FormError } from "../ui/form-error.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { LoadError } from "../ui/load-error.tsx";
import { SkeletonRows } from "../ui/skeleton.tsx";
import { Switch } from "../ui/switch.tsx";
import { ChatHistory } from "./chat-history.tsx";
import { ChatTurnView, Said } from "./chat-turn.tsx";
import { Composer, type ComposerHandle } from "./composer.tsx";
import { useChat } from "./use-chat.ts";
import { useStickToEnd } from "./use-stick-to-end.ts";

const NO_TURNS: readonly ChatTurn[] = [];
/** Of the last messages, what was done for them is shown without being asked for. */
const RECENT = 5;

export interface ChatPanelProps {
  graph: GraphId;
  chat: ChatId | undefined;
  onOpen(chat: ChatId | undefined): void;
  /** What one could say first. */
  suggestions: readonly string[];
  /** Where the draft can be talked to, too: it is what the panel begins with. */
  draft?:
    | {
        beforeSaying(): Promise<void>;
        hint?: ReactNode /** Another one when it may be talked to now and could not before, or the other way round. */;
        standing?: string;
      }
    | undefined;
  /** Other conversations stand beside it, where there is room. */
  isBesideHistory?: boolean;
  /** Beside its title. */
  aside?: ReactNode;
}

/** A conversation with a graph or an agent. */
export function ChatPanel({ graph, chat, onOpen, suggestions, draft, isBesideHistory = false, aside }: ChatPanelProps) {
  const [isDraft, setDraft] = useState(draft !== undefined);
  const [isListing, setListing] = useState(false);
  const chatting = useApi(readChatting, { params: { id: graph } }, { every: 15_000 });
  const standing = draft?.standing;
  const askAgain = chatting.refetch;
  useEffect(() => {
    if (standing !== undefined) void askAgain();
  }, [standing, askAgain]);
  const open = (next: ChatId | undefined) => {
    setListing(false);
    onOpen(next);
  };
  const blocked = chatting.data ? (isDraft ? chatting.data.draft : chatting.data.published) : null;
  return (
    <section aria-label="Chat" className="flex min-h-0 min-w-0 flex-1 flex-col bg-board">
      <header className="flex h-11 shrink-0 items-center gap-2 border-line border-b bg-surface pr-2 pl-4">
        <h2 className="min-w-0 flex-1 truncate font-medium text-sm">{isListing ? "Conversations" : "Chat"}</h2>
        {draft && (
          // biome-ignore lint/a11y/noLabelWithoutControl: the switch in it is a control
          <label className="flex items-center gap-1.5 text-ink-muted text-xs" title="On: what you are editing. Off: the published revision.">
            Draft
            <Switch checked={isDraft} onChange={setDraft} label="Talk to the draft" />
          </label>
        )}
        <IconButton label="New conversation" icon={<SquarePen size={15} />} size="small" onClick={() => open(undefined)} />
        <span className={classes("inline-flex", isBesideHistory && "md:hidden")}>
          <IconButton
            label="Conversations"
            icon={<History size={15} />}
            size="small"
            active={isListing}
            aria-pressed={isListing}
            onClick={() => setListing(!isListing)}
          />
        </span>
        {aside}
      </header>
      {isListing ? (
        <ChatHistory graph={graph} shown={chat} onOpen={open} />
      ) : (
        <Conversation
          key={graph}
          {...{ graph, chat, suggestions, isDraft }}
          onOpen={onOpen}
          beforeSaying={isDraft ? draft?.beforeSaying : undefined}
          takesFiles={chatting.data?.files === true}
          blocked={chatting.error ? errorText(chatting.error) : (blocked ?? undefined)}
          hint={isDraft ? draft?.hint : undefined}
        />
      )}
    </section>
  );
}

interface ConversationProps extends Pick<ChatPanelProps, "graph" | "chat" | "onOpen" | "suggestions"> {
  isDraft: boolean;
  beforeSaying: (() => Promise<void>) | undefined;
  takesFiles: boolean;
  /** Why one cannot talk to it. */
  blocked: string | undefined;
  /** What to do about that. */
  hint: ReactNode;
}

function Conversation({ graph, chat, onOpen, suggestions, isDraft, beforeSaying, takesFiles, blocked, hint }: ConversationProps) {
  const { turns, outgoing, refresh, say, sendAgain, discard } = useChat({ graph, chat, onBegun: onOpen, isDraft, beforeSaying });
  const composer = useRef<ComposerHandle>(null);
  const end = useStickToEnd();
  const items = chat === undefined ? NO_TURNS : turns.isPrevious ? undefined : turns.items;
  const isBusy = items?.some(({ state }) => !isFinal(state)) === true || (outgoing !== undefined && outgoing.problem === undefined);
  const last = items?.at(-1);
  const toEnd = end.toEnd;
  useEffect(() => {
    if (outgoing) toEnd();
  }, [outgoing, toEnd]);
  return (
    <>
      {blocked !== undefined && (
        <div role="status" className="flex items-start gap-2 border-line border-b bg-warning-soft px-4 py-2.5 text-sm">
          <CircleAlert size={15} className="mt-0.5 shrink-0 text-warning" aria-hidden />
          <span className="wrap-anywhere min-w-0">
            {blocked} {hint}
          </span>
        </div>
      )}
      <div className="relative min-h-0 flex-1">
        <div
          ref={end.box}
          role="log"
          aria-label="Conversation"
          aria-live="off"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: so that keys scroll it
          tabIndex={0}
          className="h-full overflow-y-auto focus-visible:outline-offset-[-2px]"
        >
          <div ref={end.content} className="mx-auto flex min-h-full max-w-3xl flex-col gap-6 px-4 py-5">
            {chat !== undefined && items === undefined && !outgoing && !turns.error && <SkeletonRows rows={3} label="Loading the conversation" />}
            {turns.error && (items === undefined || items.length === 0) ? (
              <LoadError title="The conversation could not be loaded" text={errorText(turns.error)} onRetry={() => void turns.refetch()} />
            ) : null}
            {turns.hasNextPage && items && items.length > 0 && (
              <Button size="small" className="self-center" busy={turns.isFetchingNextPage} onClick={() => void turns.fetchNextPage()}>
                Earlier messages
              </Button>
            )}
            {items?.length === 0 && !outgoing && !turns.error && (
              <Nothing suggestions={suggestions} isBlocked={blocked !== undefined} onChoose={(text) => composer.current?.write({ text, files: [] })} />
            )}
            {items?.map((turn, index) => (
              <ChatTurnView
                key={turn.run}
                graph={graph}
                turn={turn}
                isRecent={index >= items.length - RECENT}
                isBusy={isBusy || blocked !== undefined}
                onSayAgain={say}
                onEnded={() => void refresh()}
              />
            ))}
            {outgoing && (
              <Said text={outgoing.text} files={outgoing.files}>
                {outgoing.problem === undefined ? (
                  <span className="text-ink-muted text-xs">Sending…</span>
                ) : (
                  <>
                    <FormError text={`It was not sent. ${outgoing.problem}`} />
                    <span className="flex gap-2">
                      <Button size="small" onClick={sendAgain}>
                        Send again
                      </Button>
                      <Button
                        size="small"
                        look="quiet"
                        onClick={() => {
                          composer.current?.write({ text: outgoing.text, files: outgoing.files });
                          discard();
                        }}
                      >
                        Change it
                      </Button>
                    </span>
                  </>
                )}
              </Said>
            )}
          </div>
        </div>
        {!end.isAtEnd && (
          <span className="absolute right-4 bottom-3 rounded-full border border-line bg-overlay shadow-card">
            <IconButton label="To the end" side="left" icon={<ArrowDown size={15} />} onClick={end.toEnd} />
          </span>
        )}
      </div>
      <Composer
        handle={composer}
        blocked={blocked === undefined ? undefined : "It cannot be talked to yet."}
        isBusy={isBusy}
        takesFiles={takesFiles}
        last={last && { text: last.text, files: last.files }}
        onSay={say}
      />
    </>
  );
}

function Nothing({ suggestions, isBlocked, onChoose }: { suggestions: readonly string[]; isBlocked: boolean; onChoose(text: string): void }) {
  return (
    <div className="my-auto">
      <EmptyState
        icon={<MessagesSquare size={18} aria-hidden />}
        title="Nothing said yet"
        text="Each message is a run: what it does, costs and asks you stands here, and stays in the list of runs."
      />
      {!isBlocked && (
        <ul aria-label="Suggestions" className="flex flex-wrap justify-center gap-2 px-2">
          {suggestions.map((text) => (
            <li key={text} className="max-w-full">
              <button
                type="button"
                onClick={() => onChoose(text)}
                className="max-w-full truncate rounded-full border border-line bg-surface px-3 py-1.5 text-ink-muted text-xs hover:border-line-strong hover:text-ink"
              >
                {text}
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
