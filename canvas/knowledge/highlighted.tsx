import { highlightedParts } from "./highlighted-parts.ts";

/** A text with what matches marked. */
export function Highlighted({ text, highlights }: { text: string; highlights: readonly { start: number; end: number }[] }) {
  return highlightedParts(text, highlights).map(({ at, part, isMarked }) =>
    isMarked ? (
      <mark key={at} className="rounded-xs bg-warning-soft px-px text-inherit">
        {part}
      </mark>
    ) : (
      <span key={at}>{part}</span>
    ),
  );
}
