import { type RefObject, useLayoutEffect } from "react";

/** Stands while a window that begins with a search is fetched: what is typed meanwhile is kept for it, and does not reach the board as its keys. */
export function TypedAhead({ into }: { into: RefObject<string> }) {
  useLayoutEffect(() => {
    into.current = "";
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
      event.preventDefault();
      event.stopPropagation();
      if (event.key === "Backspace") into.current = into.current.slice(0, -1);
      else if (event.key.length === 1) into.current += event.key;
    };
    window.addEventListener("keydown", onKeyDown, true);
    return () => window.removeEventListener("keydown", onKeyDown, true);
  }, [into]);
  return null;
}

/** What was typed ahead; once. */
export function takeTyped(typed: RefObject<string>): string {
  const text = typed.current;
  typed.current = "";
  return text;
}
