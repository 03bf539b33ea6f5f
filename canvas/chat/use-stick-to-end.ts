import { useCallback, useEffect, useRef, useState } from "react";

/** Pixels above the end that still count as there. */
const NEAR = 48;

/** A box that keeps showing its end while content is added, until somebody scrolls up. */
export function useStickToEnd() {
  const box = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const sticks = useRef(true);
  const [isAtEnd, setAtEnd] = useState(true);
  const toEnd = useCallback(() => {
    sticks.current = true;
    setAtEnd(true);
    box.current?.scrollTo({ top: box.current.scrollHeight });
  }, []);
  useEffect(() => {
    const { current: outer } = box;
    const { current: inner } = content;
    if (!outer || !inner) return;
    const onScroll = () => {
      sticks.current = outer.scrollHeight - outer.scrollTop - outer.clientHeight < NEAR;
      setAtEnd(sticks.current);
    };
    const observer = new ResizeObserver(() => sticks.current && outer.scrollTo({ top: outer.scrollHeight }));
    observer.observe(inner);
    outer.addEventListener("scroll", onScroll, { passive: true });
    return () => {
      observer.disconnect();
      outer.removeEventListener("scroll", onScroll);
    };
  }, []);
  return { box, content, isAtEnd, toEnd };
}
