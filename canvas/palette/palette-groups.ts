import type { FoundThing } from "#server/contract/find.ts";
import type { AddEntry } from "./add-entry.ts";
import { matchOf } from "./add-entry.ts";
import { foundHeading, foundKey } from "./found-key.ts";

export interface PaletteGroup {
  heading: string;
  entries: readonly AddEntry[];
  /** How many more there are, which a search finds. */
  more: number;
}

const MOST = 60;
const MOST_OF_A_GROUP = 40;
const MOST_RECENT = 5;

export interface PaletteGiven {
  recent: readonly string[];
  /** What the search by meaning has found, the best first. */
  found?: readonly FoundThing[];
  /** Entries of found things that are not among the others. */
  beyond?: readonly AddEntry[];
}

/**
 * What the palette shows: group by group with the last chosen first. While searching, one list with the best first, and below it, kind by kind, what the
 * search by meaning has found beside them: it comes later, and moves nothing that is there.
 */
export function paletteGroups(entries: readonly AddEntry[], search: string, { recent, found = [], beyond = [] }: PaletteGiven): PaletteGroup[] {
  if (search.trim() !== "") {
    const hits = entries.flatMap((entry) => {
      const score = matchOf(entry, search);
      return score > 0 ? [{ entry, score: score + (recent.includes(entry.id) ? 0.5 : 0) }] : [];
    });
    const best = hits.sort((left, right) => right.score - left.score).map(({ entry }) => entry);
    return [...(best.length > 0 ? [limited("Best matches", best, MOST)] : []), ...meantGroups([...entries, ...beyond], new Set(best.slice(0, MOST)), found)];
  }
  const byId = new Map(entries.map((entry) => [entry.id, entry]));
  const last = recent.flatMap((id) => byId.get(id) ?? []).slice(0, MOST_RECENT);
  const groups = [...Map.groupBy(entries, ({ heading }) => heading)].map(([heading, own]) => limited(heading, own, MOST_OF_A_GROUP));
  return last.length > 0 ? [{ heading: "Recent", entries: last, more: 0 }, ...groups] : groups;
}

function meantGroups(entries: readonly AddEntry[], shown: ReadonlySet<AddEntry>, found: readonly FoundThing[]): PaletteGroup[] {
  const byThing = Map.groupBy(entries, ({ thing }) => thing);
  const meant = found.flatMap((thing) => (byThing.get(foundKey(thing)) ?? []).map((entry) => ({ entry, heading: foundHeading(thing.kind) })));
  const groups = Map.groupBy(
    meant.filter(({ entry }) => !shown.has(entry)),
    ({ heading }) => heading,
  );
  return [...groups].map(([heading, own]) => ({ heading, entries: own.map(({ entry }) => entry), more: 0 }));
}

function limited(heading: string, entries: readonly AddEntry[], most: number): PaletteGroup {
  return { heading, entries: entries.slice(0, most), more: Math.max(0, entries.length - most) };
}
