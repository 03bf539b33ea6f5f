/** A piece of text as the parser gives it; the fields we look at. */
export interface PdfItem {
  str: string;
  /** Of its letters, in points. */
  height: number;
  /** Names a font of the document, not how it looks. */
  fontName: string;
  hasEOL: boolean;
  /** The last two are where it stands, from the lower left. */
  transform: readonly number[];
}

/** A line of a page. */
export interface PdfLine {
  text: string;
  page: number;
  /** Font and size of its letters; null where it has several. */
  style: string | null;
  /** Of its largest letters, in points. */
  size: number;
  /** How far below the line before it stands, in points; null for the first of a page, and for the first of a column. */
  gap: number | null;
}

/** The lines of a page, as its text is laid out. */
export function linesOf(items: readonly PdfItem[], page: number): PdfLine[] {
  const lines: PdfLine[] = [];
  let open: PdfItem[] = [];
  let above: number | undefined;
  const end = () => {
    const text = open.map(({ str }) => str).join("");
    const inked = open.filter(({ str }) => str.trim() !== "");
    open = [];
    const [first] = inked;
    if (!first) return;
    const styles = new Set(inked.map(({ fontName, height }) => `${fontName} ${height.toFixed(1)}`));
    const at = first.transform[5] ?? 0;
    const gap = above === undefined || above < at ? null : above - at;
    above = at;
    lines.push({
      text: text.trim(),
      page,
      style: styles.size === 1 ? ([...styles][0] ?? null) : null,
      size: inked.reduce((most, { height }) => Math.max(most, height), 0),
      gap,
    });
  };
  for (const item of items) {
    open.push(item);
    if (item.hasEOL) end();
  }
  end();
  return lines;
}
