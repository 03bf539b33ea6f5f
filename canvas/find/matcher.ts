import { RE2JS, RE2JSException } from "re2js";

export interface FindQuery {
  text: string;
  matchCase: boolean;
  wholeWord: boolean;
  /** The text is a regular expression (RE2: no look-around, no back references). */
  isPattern: boolean;
}

/** A place in a text; `groups`: what the parts in parentheses of a pattern caught, the whole first. */
export interface Span {
  start: number;
  end: number;
  groups: readonly (string | undefined)[];
}

export type Matcher = { ok: true; spans(text: string): Span[] } | { ok: false; message: string };

const MOST_PATTERN = 1_000;
/** Instructions of a compiled pattern: the time it takes is this times the length of the text. */
const MOST_PROGRAM = 2_000;

/** Finds a query in texts, in time linear in them whatever the pattern is. Without text to find, nothing is found. */
export function createMatcher(query: FindQuery): Matcher {
  if (query.text === "") return { ok: true, spans: () => [] };
  const found = query.isPattern ? patternMatcher(query) : { ok: true as const, spans: plainSpans(query) };
  if (!found.ok || !query.wholeWord) return found;
  return { ok: true, spans: (text) => found.spans(text).filter((span) => isWhole(text, span)) };
}

function patternMatcher({ text: pattern, matchCase }: FindQuery): Matcher {
  if (pattern.length > MOST_PATTERN) return { ok: false, message: `A pattern may have at most ${MOST_PATTERN} characters.` };
  const repeats = [...pattern.matchAll(/\{(?:\d+,)?(\d+)/g)].reduce((sum, match) => sum + Number(match[1]), 0);
  if (repeats > MOST_PROGRAM) return { ok: false, message: "The pattern repeats too much." };
  try {
    const compiled = RE2JS.compile(pattern, RE2JS.MULTILINE | (matchCase ? 0 : RE2JS.CASE_INSENSITIVE));
    if (compiled.programSize() > MOST_PROGRAM) return { ok: false, message: "The pattern is too large: repeat fewer parts." };
    return { ok: true, spans: (text) => patternSpans(compiled, text) };
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    return { ok: false, message: `The pattern is not valid: ${error.message}` };
  }
}

function patternSpans(compiled: RE2JS, text: string): Span[] {
  const matcher = compiled.matcher(text);
  const spans: Span[] = [];
  while (matcher.find()) {
    const [start, end] = [matcher.start(), matcher.end()];
    // nothing between two letters is no match
    if (start === end) continue;
    const groups = Array.from({ length: matcher.groupCount() + 1 }, (_none, index) => matcher.group(index) ?? undefined);
    spans.push({ start, end, groups });
  }
  return spans;
}

function plainSpans({ text: wanted, matchCase }: FindQuery): (text: string) => Span[] {
  const needle = matchCase ? wanted : wanted.toLowerCase();
  return (text) => {
    const hay = matchCase ? text : text.toLowerCase();
    // a few letters have another length when they are small: then places would not fit
    if (hay.length !== text.length) return patternSpans(RE2JS.compile(RE2JS.quote(wanted), RE2JS.CASE_INSENSITIVE), text);
    const spans: Span[] = [];
    for (let at = hay.indexOf(needle); at >= 0; at = hay.indexOf(needle, at + needle.length)) {
      spans.push({ start: at, end: at + needle.length, groups: [text.slice(at, at + needle.length)] });
    }
    return spans;
  };
}

const LETTER = /[\p{L}\p{N}_]/u;

function isWhole(text: string, { start, end }: Span): boolean {
  const isLetter = (character: string | undefined) => character !== undefined && LETTER.test(character);
  const [first, last] = [characterAt(text, start), characterBefore(text, end)];
  return !(isLetter(characterBefore(text, start)) && isLetter(first)) && !(isLetter(characterAt(text, end)) && isLetter(last));
}

function characterAt(text: string, index: number): string | undefined {
  const code = text.codePointAt(index);
  return code === undefined ? undefined : String.fromCodePoint(code);
}

function characterBefore(text: string, index: number): string | undefined {
  if (index === 0) return undefined;
  const isPair = index > 1 && /[\udc00-\udfff]/.test(text[index - 1] ?? "");
  return text.slice(isPair ? index - 2 : index - 1, index);
}

/** What takes the place of a match: for a pattern, `$1` is what its first part in parentheses caught, `$&` or `$0` all of it, `$$` a dollar. */
export function replacementFor({ groups }: Span, replacement: string, isPattern: boolean): string {
  if (!isPattern) return replacement;
  return replacement.replaceAll(/\$(\$|&|\d{1,2})/g, (whole, name: string) => {
    if (name === "$") return "$";
    const index = name === "&" ? 0 : Number(name);
    return index < groups.length ? (groups[index] ?? "") : whole;
  });
}

/** A text with some of its spans replaced; they are in order and do not overlap. */
export function replaceSpans(text: string, spans: readonly Span[], given: { replacement: string; isPattern: boolean }): string {
  let result = "";
  let at = 0;
  for (const span of spans) {
    result += text.slice(at, span.start) + replacementFor(span, given.replacement, given.isPattern);
    at = span.end;
  }
  return result + text.slice(at);
}
