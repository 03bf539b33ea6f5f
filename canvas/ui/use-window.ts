import { type RefCallback, useEffect, useLayoutEffect, useState } from "react";

/** Rows that are drawn beyond the edges, so that scrolling shows no gap. */
const BEYOND = 8;

export interface ListWindow<Element extends HTMLElement> {
  /** Of the element that scrolls; it may come later than the list, and go before it. */
  ref: RefCallback<Element>;
  /** That element, while it is there. */
  box: Element | null;
  /** The rows to draw: from `first`, up to but not `end`. */
  first: number;
  end: number;
  /** Pixels of all rows. */
  height: number;
}

/** Which rows of a long list are in view, all of them `row` pixels high. With `follow`, the end stays in view as it grows. */
export function useWindow<Element extends HTMLElement>(count: number, row: number, follow = false): ListWindow<Element> {
  const [box, ref] = useState<Element | null>(null);
  const [view, setView] = useState({ top: 0, height: 0 });
  useEffect(() => {
    if (!box) return;
    const read = () =>
      setView((before) => (before.top === box.scrollTop && before.height === box.clientHeight ? before : { top: box.scrollTop, height: box.clientHeight }));
    const observer = new ResizeObserver(read);
    observer.observe(box);
    box.addEventListener("scroll", read, { passive: true });
    read();
    return () => {
      observer.disconnect();
      box.removeEventListener("scroll", read);
    };
  }, [box]);
  useLayoutEffect(() => {
    if (follow && box) box.scrollTop = count * row;
  }, [box, follow, count, row]);
  const first = Math.max(0, Math.floor(view.top / row) - BEYOND);
  return {
    ref,
    box,
    first: Math.min(first, Math.max(0, count - 1)),
    end: Math.min(count, Math.ceil((view.top + view.height) / row) + BEYOND),
    height: count * row,
  };
}
