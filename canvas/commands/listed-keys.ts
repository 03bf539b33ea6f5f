import { COMMAND_GROUPS, type Command, type CommandGroup } from "./command.ts";
import { FIXED_KEYS } from "./fixed-keys.ts";
import { fuzzyScore } from "./fuzzy-score.ts";
import { normalKeys } from "./key-combination.ts";

/** Stands wherever there is a board: only there the keys of the board are of use. */
const OF_THE_BOARD = "add-node";

export interface ListedKeys {
  id: string;
  title: string;
  keys: readonly string[];
}

export interface ListedGroup {
  group: CommandGroup;
  lines: readonly ListedKeys[];
}

/** Every key there is at present, group by group; with a search, those it fits by name or by key. */
export function listedKeys(commands: readonly Command[], search: string): ListedGroup[] {
  const known = commands.filter(({ keys }) => keys !== undefined && keys.length > 0);
  const titles = new Set(known.map(({ group, title }) => `${group}/${title}`));
  const pressed = new Set(known.filter(({ when }) => when === undefined).flatMap(({ keys = [] }) => keys.map(normalKeys)));
  const isOnBoard = commands.some(({ id }) => id === OF_THE_BOARD);
  // a command that does the same says it better
  const fixed = (isOnBoard ? FIXED_KEYS : []).filter(
    ({ group, title, keys }) => !titles.has(`${group}/${title}`) && !keys.some((key) => pressed.has(normalKeys(key))),
  );
  return COMMAND_GROUPS.flatMap((group) => {
    const lines = [
      ...known.filter((command) => command.group === group).map(({ id, title, keys = [], keywords = [] }) => ({ id, title, keys, keywords })),
      ...fixed.filter((line) => line.group === group).map(({ title, keys }) => ({ id: `${title} ${keys}`, title, keys, keywords: [] })),
    ].filter(({ title, keys, keywords }) => isFound(search, { title, keys, keywords: [group, ...keywords] }));
    return lines.length > 0 ? [{ group, lines }] : [];
  });
}

function isFound(search: string, { title, keys, keywords }: { title: string; keys: readonly string[]; keywords: readonly string[] }): boolean {
  const wanted = search.trim().toLowerCase();
  return (
    keys.some((key) => key.toLowerCase() === wanted) ||
    fuzzyScore(
      search,
      [title, keys.join(" "), keywords.join(" ")].map((text) => ({ text, weight: 1 })),
    ) > 0
  );
}
