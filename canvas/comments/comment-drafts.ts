import { create } from "zustand";
import type { NodeId } from "#runtime/graph/ids.ts";
import type { ReaderId } from "#server/contract/comments.ts";

export interface Person {
  id: ReaderId;
  name: string;
}
export interface Written {
  body: string;
  mentions: readonly Person[];
  /** What a new thread is about. */
  node?: NodeId | null;
}

/** A comment that is shown before the server has it. */
export interface Pending extends Written {
  /** Goes with it to the server, which writes once what is sent again under it. */
  key: string;
  /** Why it could not be sent; undefined while it is under way. */
  problem: string | undefined;
}

/** What this window has of comments that the server does not have, by where they are written: it outlives the panel. */
interface CommentDrafts {
  written: Readonly<Record<string, Written>>;
  pending: Readonly<Record<string, readonly Pending[]>>;
}

const NONE: readonly Pending[] = [];

export const useCommentDrafts = create<CommentDrafts>()(() => ({ written: {}, pending: {} }));

/** Keeps what is being written; undefined forgets it. */
export function keepWritten(place: string, text: Written | undefined): void {
  useCommentDrafts.setState(({ written }) => {
    const { [place]: _, ...others } = written;
    return { written: text === undefined ? others : { ...others, [place]: text } };
  });
}

/** What of a place is under way or could not be sent. */
export function pendingAt(place: string): (drafts: CommentDrafts) => readonly Pending[] {
  return ({ pending }) => pending[place] ?? NONE;
}

/** Changes what of a place is under way. */
export function changePending(place: string, change: (all: readonly Pending[]) => readonly Pending[]): void {
  useCommentDrafts.setState(({ pending }) => {
    const { [place]: before = NONE, ...others } = pending;
    const after = change(before);
    return { pending: after.length === 0 ? others : { ...others, [place]: after } };
  });
}
