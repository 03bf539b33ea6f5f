import type { Command } from "./command.ts";
import { normalKeys } from "./key-combination.ts";

/** Ends whatever was begun last, so that anything may claim it while it lasts. */
const SHARED = normalKeys("Escape");

/** One line for each key that several commands claim whatever the circumstances. */
export function keyConflicts(commands: readonly Pick<Command, "id" | "keys" | "when">[]): string[] {
  const claims = commands.filter(({ when }) => when === undefined).flatMap(({ id, keys = [] }) => keys.map((key) => ({ id, key: normalKeys(key) })));
  const byKey = Map.groupBy(
    claims.filter(({ key }) => key !== SHARED),
    ({ key }) => key,
  );
  return [...byKey].flatMap(([key, claimed]) => {
    const ids = [...new Set(claimed.map(({ id }) => id))];
    return ids.length > 1 ? [`The key ${key} is claimed by ${ids.join(" and ")}.`] : [];
  });
}
