import type { Json } from "#runtime/graph/json.ts";

/** Members looked at in all; a value with more is searched in part. */
const MAX_VISITED = 50_000;

/** The parts of a value that have the words in a name or in a text, with the way to them; undefined when nothing has. */
export function filterJson(value: Json, words: string): Json | undefined {
  const wanted = words.trim().toLowerCase();
  if (wanted === "") return value;
  let visited = 0;
  const kept = (current: Json): Json | undefined => {
    if (++visited > MAX_VISITED) return undefined;
    if (typeof current !== "object" || current === null) return String(current).toLowerCase().includes(wanted) ? current : undefined;
    const members = Object.entries(current).flatMap(([name, member]): [string, Json][] => {
      // a list has no names, and keeps the places of what is left
      if (!Array.isArray(current) && name.toLowerCase().includes(wanted)) return [[name, member]];
      const part = kept(member);
      return part === undefined ? [] : [[name, part]];
    });
    return members.length === 0 ? undefined : Object.fromEntries(members);
  };
  return kept(value);
}

/** The places of the rows that have the words somewhere in them. */
export function matchingRows(rows: readonly Json[], words: string): readonly number[] {
  const wanted = words.trim().toLowerCase();
  return [...rows.keys()].filter((place) => wanted === "" || JSON.stringify(rows[place]).toLowerCase().includes(wanted));
}
