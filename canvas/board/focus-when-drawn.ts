/** Frames to wait for something that comes into view. */
const PATIENCE = 30;

/** Gives the focus to an element of the board; what is out of view is brought there first, since only what is in view is drawn. */
export function focusWhenDrawn(selector: string, bringIntoView: () => unknown): void {
  const find = () => document.querySelector<HTMLElement | SVGElement>(selector);
  const found = find();
  if (found && isInView(found)) {
    found.focus({ preventScroll: true });
    return;
  }
  bringIntoView();
  let left = PATIENCE;
  const attempt = () => {
    const element = find();
    if (element && isInView(element)) element.focus({ preventScroll: true });
    else if (left-- > 0) requestAnimationFrame(attempt);
    else element?.focus({ preventScroll: true });
  };
  requestAnimationFrame(attempt);
}

function isInView(element: Element): boolean {
  const board = element.closest(".react-flow")?.getBoundingClientRect();
  const { left, top, right, bottom } = element.getBoundingClientRect();
  return board !== undefined && left >= board.left && top >= board.top && right <= board.right && bottom <= board.bottom;
}
