/** The escape of NUL or of half a surrogate pair, with the escaped backslashes before it: what stands behind an odd number of them is an escape. */
const UNREADABLE = String.raw`(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})`;

/**
 * SQL of a column of the type `json`, in a form the operators of JSON can read: `->` and `->>` fail on a document that holds \u0000 or half a
 * surrogate pair anywhere. Such characters are replaced by U+FFFD; for looking into a document, not for showing it.
 */
export function readableJson(column: string): string {
  return String.raw`regexp_replace(${column}::text, '${UNREADABLE}', '\1\\ufffd', 'gi')::json`;
}
