import { useEffect, useRef } from "react";

/** Characters of the end of a text that a card has room for. */
const TAIL = 400;

/** The end of the text that comes. */
export function Tail({ text }: { text: string }) {
  const box = useRef<HTMLPreElement>(null);
  useEffect(() => {
    if (box.current && text) box.current.scrollTop = box.current.scrollHeight;
  }, [text]);
  return (
    <pre ref={box} className="wrap-anywhere max-h-16 overflow-hidden whitespace-pre-wrap rounded-md bg-sunken px-2 py-1 font-sans text-2xs text-ink leading-4">
      {text.slice(-TAIL)}
      <span aria-hidden className="ml-0.5 inline-block h-2.5 w-1 bg-running align-middle motion-safe:animate-pulse" />
    </pre>
  );
}
