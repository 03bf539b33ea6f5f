import { create } from "zustand";
import type { CommentId, NodeId } from "#runtime/graph/ids.ts";

/** What of the comments is open in this window. */
interface CommentsView {
  isOpen: boolean;
  /** The thread that is unfolded, and the comment in it that is meant. */
  shown: { thread: CommentId; comment?: CommentId } | undefined;
  /** What a new thread is being written about: a node, or null for the graph. */
  about: { node: NodeId | null } | undefined;
  /** Only threads on this node. */
  node: NodeId | undefined;
  toggle(): void;
  close(): void;
  show(shown: CommentsView["shown"]): void;
  showNode(node: NodeId | undefined): void;
  write(about: CommentsView["about"]): void;
}

export const useCommentsView = create<CommentsView>()((set) => ({
  isOpen: false,
  shown: undefined,
  about: undefined,
  node: undefined,
  toggle: () => set(({ isOpen }) => ({ isOpen: !isOpen, node: undefined })),
  close: () => set({ isOpen: false, about: undefined, shown: undefined, node: undefined }),
  show: (shown) => set({ shown, ...(shown && { isOpen: true }) }),
  showNode: (node) => set({ node, ...(node && { isOpen: true }) }),
  write: (about) => set({ about, ...(about && { isOpen: true }) }),
}));
