/** A text as a column of the type `text` can hold it: one with NUL is refused by the database. JSON can hold NUL and is left alone. */
export function storableText(text: string): string {
  return text.replaceAll("\0", "\ufffd");
}
