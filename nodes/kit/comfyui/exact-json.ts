/** JSON in which whole numbers beyond 2^53 are bigints: seeds reach 2^64 - 1, and a rounded seed makes another picture. */
export type ExactJson = null | boolean | number | bigint | string | ExactJson[] | { [key: string]: ExactJson };

/** Of ES2025 (source text access of `JSON.parse`), which the types of the language do not have yet. */
interface SourceAwareJson {
  parse(text: string, reviver: (key: string, value: unknown, context: { source?: string }) => unknown): unknown;
  rawJSON(text: string): unknown;
}

const WHOLE_NUMBER = /^-?\d+$/;
/** Python writes these where it has no number; strings are matched first, so that they are left alone. */
const NO_NUMBER = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\b(?:NaN|Infinity)\b/gs;

/** Reads JSON without rounding whole numbers; `NaN` and `Infinity` become null. Throws `SyntaxError` for what is no JSON. */
export function parseExactJson(text: string): ExactJson {
  try {
    return parse(text);
  } catch (error) {
    if (!/NaN|Infinity/.test(text)) throw error;
    return parse(text.replace(NO_NUMBER, (found) => (found.startsWith('"') ? found : "null")));
  }
}

function parse(text: string): ExactJson {
  const json = JSON as unknown as SourceAwareJson;
  return json.parse(text, (_key, value, { source }) => {
    const isRounded = typeof value === "number" && !Number.isSafeInteger(value) && source !== undefined && WHOLE_NUMBER.test(source);
    return isRounded ? BigInt(source) : value;
  }) as ExactJson;
}

/** Writes what `parseExactJson` read: bigints with all their digits. What is undefined in an object is left out. */
export function stringifyExactJson(value: unknown, indent?: number): string {
  const json = JSON as unknown as SourceAwareJson;
  return JSON.stringify(value, (_key, part: unknown) => (typeof part === "bigint" ? json.rawJSON(part.toString()) : part), indent);
}
