import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useState } from "react";
import { useSearchParams } from "react-router";
import { type ChatId, chatIdSchema, type GraphId, type RunId } from "#runtime/graph/ids.ts";
import type { FileValue } from "#runtime/node/port-value.ts";
import { beginChat, type ChatTurn, listChats, listChatTurns, sayInChat } from "#server/contract/chats.ts";
import { errorText } from "../api/api-problem.ts";
import { call } from "../api/client.ts";
import { keyOf, pagesKeyOf, useApiPages } from "../api/queries.ts";
import { isFinal } from "../runs/run-store.ts";
import { announce } from "../ui/announce.ts";

const PAGE = 20;
/** What happens is told live; this is for when that is not heard. */
const LIVE_MS = 5_000;
const CHAT = "chat";

/** Which conversation the address of the page names: it survives a reload. */
export function useChatAddress(): [chat: ChatId | undefined, open: (chat: ChatId | undefined) => void] {
  const [params, setParams] = useSearchParams();
  const parsed = chatIdSchema.safeParse(params.get(CHAT));
  const open = useCallback(
    (chat: ChatId | undefined) =>
      setParams(
        (before) => {
          const next = new URLSearchParams(before);
          if (chat) next.set(CHAT, chat);
          else next.delete(CHAT);
          return next;
        },
        { replace: true },
      ),
    [setParams],
  );
  return [parsed.data, open];
}

export interface Message {
  text: string;
  files: readonly FileValue[];
}

/** A message on its way, or one that did not arrive and why. */
export interface Outgoing extends Message {
  /** Sent again, it is the same message. */
  key: string;
  /** The run that answers it: it has arrived. */
  run?: RunId;
  problem?: string;
}

export interface ChatGiven {
  graph: GraphId;
  chat: ChatId | undefined;
  /** A conversation was begun. */
  onBegun(chat: ChatId): void;
  isDraft: boolean;
  /** What has to be done before something is said, such as saving the draft. */
  beforeSaying?: (() => Promise<void>) | undefined;
}

/** A conversation: what was said, and saying more. */
export function useChat({ graph, chat, onBegun, isDraft, beforeSaying }: ChatGiven) {
  const cache = useQueryClient();
  const [outgoing, setOutgoing] = useState<Outgoing | undefined>(undefined);
  const turns = useTurns(graph, chat);
  const refresh = useCallback(async () => {
    await Promise.all([listChatTurns, listChats].map((route) => cache.invalidateQueries({ queryKey: keyOf(route) })));
  }, [cache]);
  const send = async (message: Outgoing) => {
    setOutgoing({ text: message.text, files: message.files, key: message.key });
    try {
      await beforeSaying?.();
      const id = chat ?? (await call(beginChat, { params: { id: graph }, body: {} })).id;
      const body = { text: message.text, files: [...message.files], draft: isDraft, idempotencyKey: message.key };
      const turn = await call(sayInChat, { params: { id: graph, chat: id }, body });
      announce("Sent.");
      setOutgoing((now) => (now?.key === message.key ? { ...now, run: turn.run } : now));
      // what is written is heard from now on: the list is asked for again afterwards
      cache.setQueryData(pagesKeyOf(listChatTurns, { graph, chat: id }), (known: Pages | undefined) => withTurn(known, turn));
      if (!chat) onBegun(id);
      await refresh();
    } catch (error) {
      setOutgoing({ ...message, problem: errorText(error) });
    }
  };
  // shown until it stands among what was said
  const isThere = outgoing?.run !== undefined && turns.items?.some(({ run }) => run === outgoing.run) === true;
  useEffect(() => {
    if (isThere) setOutgoing(undefined);
  }, [isThere]);
  return {
    turns,
    outgoing: isThere ? undefined : outgoing,
    refresh,
    say: (message: Message) => void send({ ...message, key: crypto.randomUUID() }),
    sendAgain: () => outgoing && void send(outgoing),
    discard: () => setOutgoing(undefined),
  };
}

/** As the cache holds them: the newest page first. */
interface Pages {
  pages: readonly { items: readonly ChatTurn[]; nextCursor?: string | undefined }[];
  pageParams: readonly unknown[];
}

function withTurn(known: Pages | undefined, turn: ChatTurn): Pages {
  const [first, ...others] = known?.pages ?? [];
  if (!known || !first) return { pages: [{ items: [turn] }], pageParams: [undefined] };
  if (first.items.some(({ run }) => run === turn.run)) return known;
  return { ...known, pages: [{ ...first, items: [turn, ...first.items] }, ...others] };
}

/** The first said first, as far as they have been asked for. */
function useTurns(graph: GraphId, chat: ChatId | undefined) {
  const [isLive, setLive] = useState(false);
  const query = useApiPages<ChatTurn>(
    {
      id: listChatTurns.id,
      page: async (cursor, signal) => {
        if (!chat) return { items: [] };
        const page = await call(listChatTurns, { params: { id: graph, chat }, query: { limit: PAGE, ...(cursor && { cursor }) }, signal });
        if (cursor === undefined) setLive(page.items.some(({ state }) => !isFinal(state)));
        return page;
      },
    },
    { graph, chat: chat ?? null },
    isLive ? { every: LIVE_MS } : {},
  );
  const items = useMemo(() => query.items && [...query.items].reverse(), [query.items]);
  return { ...query, items, isPrevious: query.isPlaceholderData };
}
