import type { BoardStore } from "../board/board-store.ts";

/** Gives the focus to the node that was just added, so that keys go on from there. It is drawn a moment after it was added. */
export function focusNewNode(store: BoardStore): void {
  const [node, ...others] = store.getState().selectedNodes;
  if (node === undefined || others.length > 0) return;
  requestAnimationFrame(() => {
    const focused = document.activeElement;
    if (focused !== null && focused !== document.body && focused.closest(".react-flow") === null) return;
    document.querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(node)}"]`)?.focus({ preventScroll: true });
  });
}
