import { encodingsOf, SHORTEST } from "./encodings.ts";
import { createTextFinder, type TextFinder } from "./text-finder.ts";

/** Takes secrets, in their usual encodings, out of whatever is stored or shown. */
export interface Redactor {
  /** From here on it is taken out. One of fewer than four characters is not: it stands in any text by chance. */
  conceal(secret: string): void;
  text(text: string): string;
  /** The same for every text in a value, keys included, and for numbers whose digits hold one; what needs no change is the same object. */
  value<T>(value: T): T;
  /** A text that arrives in pieces: what may yet become a secret is held back until more is known. */
  stream(): { push(piece: string): string; end(): string };
}

export const REDACTED = "[redacted]";

export function createRedactor(): Redactor {
  const concealed = new Set<string>();
  let finder: TextFinder | undefined;
  const finderNow = () => {
    finder ??= createTextFinder(concealed);
    return finder;
  };
  const text = (given: string): string => (concealed.size === 0 ? given : replaceFound(given, finderNow().find(given).found));
  return {
    conceal: (secret) => {
      if (secret.length < SHORTEST) return;
      for (const encoded of encodingsOf(secret)) concealed.add(encoded);
      finder = undefined;
    },
    text,
    value: (given) => (concealed.size === 0 ? given : (redactValue(given, text) as typeof given)),
    stream: () => {
      let held = "";
      return {
        push: (piece) => {
          if (concealed.size === 0) return piece;
          const all = held + piece;
          const { found, open } = finderNow().find(all);
          let safe = all.length - open;
          for (const { start, end } of found.toReversed()) if (start < safe && end > safe) safe = start;
          held = all.slice(safe);
          return replaceFound(
            all.slice(0, safe),
            found.filter(({ end }) => end <= safe),
          );
        },
        end: () => {
          const rest = text(held);
          held = "";
          return rest;
        },
      };
    },
  };
}

function replaceFound(text: string, found: readonly { start: number; end: number }[]): string {
  if (found.length === 0) return text;
  let result = "";
  let at = 0;
  for (const { start, end } of found) {
    result += text.slice(at, start) + REDACTED;
    at = end;
  }
  return result + text.slice(at);
}

type Plain = { [key: string]: unknown } | unknown[];

/** Without recursion: values may be nested as deep as memory allows. Objects that are not plain data are left alone. */
function redactValue(root: unknown, text: (given: string) => string): unknown {
  const done = new Map<Plain, unknown>();
  const leaf = (value: unknown): unknown => {
    if (typeof value === "string") return text(value);
    if (typeof value === "number") return text(String(value)) === String(value) ? value : REDACTED;
    return isPlain(value) && done.has(value) ? done.get(value) : value;
  };
  const open: { value: Plain; isEntered: boolean }[] = isPlain(root) ? [{ value: root, isEntered: false }] : [];
  for (let top = open.at(-1); top; top = open.at(-1)) {
    const { value } = top;
    if (top.isEntered || done.has(value)) {
      open.pop();
      if (!done.has(value)) done.set(value, rebuild(value, { leaf, text }));
      continue;
    }
    top.isEntered = true;
    for (const member of Object.values(value)) if (isPlain(member) && !done.has(member)) open.push({ value: member, isEntered: false });
  }
  return leaf(root);
}

function rebuild(value: Plain, { leaf, text }: { leaf: (value: unknown) => unknown; text: (given: string) => string }): unknown {
  if (Array.isArray(value)) {
    const items = value.map(leaf);
    return items.every((item, index) => Object.is(item, value[index])) ? value : items;
  }
  let isSame = true;
  const entries = Object.entries(value).map(([key, member]): [string, unknown] => {
    const [newKey, newMember] = [text(key), leaf(member)];
    if (newKey !== key || !Object.is(newMember, member)) isSame = false;
    return [newKey, newMember];
  });
  return isSame ? value : Object.fromEntries(entries);
}

function isPlain(value: unknown): value is Plain {
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
