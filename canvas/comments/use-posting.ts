import { useQueryClient } from "@tanstack/react-query";
import { countThreads, listThreads, readThread } from "#server/contract/comments.ts";
import { errorText } from "../api/api-problem.ts";
import { keyOf } from "../api/queries.ts";
import { changePending, type Pending, pendingAt, useCommentDrafts, type Written } from "./comment-drafts.ts";

interface Posting {
  pending: readonly Pending[];
  post(written: Written): void;
  retry(pending: Pending): void;
  drop(pending: Pending): void;
}

/** Shows what is written at a place at once. What could not be sent stays, with why, until it is sent again or given up. */
export function usePosting(place: string, send: (pending: Pending) => Promise<unknown>): Posting {
  const cache = useQueryClient();
  const pending = useCommentDrafts(pendingAt(place));
  const change = (key: string, problem: string | undefined) => changePending(place, (all) => all.map((one) => (one.key === key ? { ...one, problem } : one)));
  const drop = (key: string) => changePending(place, (all) => all.filter((one) => one.key !== key));
  const attempt = async (pending: Pending) => {
    const { key } = pending;
    change(key, undefined);
    try {
      await send(pending);
      // it is drawn from the list before it goes from here
      await Promise.all([listThreads, readThread, countThreads].map((route) => cache.invalidateQueries({ queryKey: keyOf(route) })));
      drop(key);
    } catch (error) {
      change(key, errorText(error));
    }
  };
  return {
    pending,
    post: (written) => {
      const added = { ...written, key: newKey(), problem: undefined };
      changePending(place, (all) => [...all, added]);
      void attempt(added);
    },
    retry: (one) => void attempt(one),
    drop: ({ key }) => drop(key),
  };
}

/** Not by `crypto.randomUUID`, which pages without encryption do not have. */
function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
