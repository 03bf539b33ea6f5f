interface Part {
  /** Characters before it. */
  at: number;
  part: string;
  isMarked: boolean;
}

/** A text cut into what is marked and what is not; marks that overlap or leave the text are taken as far as they fit. */
export function highlightedParts(text: string, highlights: readonly { start: number; end: number }[]): Part[] {
  const parts: Part[] = [];
  let at = 0;
  const take = (end: number, isMarked: boolean) => {
    if (end <= at) return;
    parts.push({ at, part: text.slice(at, end), isMarked });
    at = end;
  };
  for (const { start, end } of [...highlights].sort((left, right) => left.start - right.start)) {
    take(Math.min(start, text.length), false);
    take(Math.min(end, text.length), true);
  }
  take(text.length, false);
  return parts;
}
