import { COMMAND_GROUPS, type Command } from "./command.ts";
import { ENTRY_GROUPS, type Entry } from "./entry-store.ts";
import { fuzzyScore } from "./fuzzy-score.ts";

export interface RankedGroup {
  title: string;
  entries: readonly Entry[];
}

/** Lines of one group that are shown; a search finds the others. */
const MOST = 40;
const MOST_WITHOUT_SEARCH = 12;

/** The commands that can be chosen by name, with why some cannot be run now. */
export function commandEntries(commands: readonly Command[], run: (command: Command) => void): Entry[] {
  return commands
    .filter(({ hidden }) => !hidden)
    .sort((left, right) => COMMAND_GROUPS.indexOf(left.group) - COMMAND_GROUPS.indexOf(right.group))
    .map((command) => {
      const blocked = command.blocked?.();
      return {
        id: `command:${command.id}`,
        group: "Commands" as const,
        title: command.title,
        detail: blocked ?? command.group,
        keywords: [command.group, ...(command.keywords ?? [])],
        ...(command.keys && { keys: command.keys }),
        ...(blocked !== undefined && { blocked }),
        run: () => run(command),
      };
    });
}

/**
 * The entries group by group: what was chosen last goes first; while searching, the best group and the best entry do. Entries the
 * server has found already (`isFound`) stay whatever they are called.
 */
export function rankedEntries(
  entries: readonly Entry[],
  search: string,
  given: { recent: readonly string[]; isFound?: (entry: Entry) => boolean },
): RankedGroup[] {
  if (search.trim() === "") return withoutSearch(entries, given.recent);
  const recent = new Set(given.recent);
  const scored = entries.flatMap((entry) => {
    const texts = [
      { text: entry.title, weight: 4, loose: true },
      { text: (entry.keywords ?? []).join(" "), weight: 2 },
      { text: entry.detail ?? "", weight: 1 },
    ];
    const found = fuzzyScore(search, texts) || (given.isFound?.(entry) ? 1 : 0);
    return found === 0 ? [] : [{ entry, score: found + (recent.has(entry.id) ? 2 : 0) - (entry.blocked === undefined ? 0 : 3) }];
  });
  scored.sort((left, right) => right.score - left.score);
  const groups = Map.groupBy(scored, ({ entry }) => entry.group);
  // the order in which groups first appear is that of their best entries
  return [...groups].map(([title, found]) => ({ title, entries: found.slice(0, MOST).map(({ entry }) => entry) }));
}

function withoutSearch(entries: readonly Entry[], recent: readonly string[]): RankedGroup[] {
  const byId = new Map(entries.map((entry) => [entry.id, entry]));
  const last = recent.flatMap((id) => byId.get(id) ?? []).slice(0, 5);
  const taken = new Set(last);
  return ENTRY_GROUPS.flatMap((title) => {
    const own =
      title === "Recent"
        ? last
        : entries.filter((entry) => entry.group === title && !taken.has(entry)).slice(0, title === "Commands" ? MOST * 4 : MOST_WITHOUT_SEARCH);
    return own.length > 0 ? [{ title, entries: own }] : [];
  });
}
