/**
 * A text as a column of the type `text` can hold it: one with NUL or half of a surrogate pair is refused by the database. JSON can hold both and is left
 * alone.
 */
export function storableText(text: string): string {
  return text.replaceAll("\0", "\ufffd").toWellFormed();
}
