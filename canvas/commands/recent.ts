import { z } from "zod";

const storedSchema = z.array(z.string().max(500)).max(100);

/** What was chosen last, kept by this browser. */
export interface Recent {
  /** Last one first. */
  ids(): readonly string[];
  add(id: string): void;
}

/** A list of its own under a name. A browser that keeps nothing forgets it with the page. */
export function createRecent(name: string, most: number, storage: Pick<Storage, "getItem" | "setItem"> | undefined = browserStorage()): Recent {
  const key = `heddle.recent.${name}`;
  let known: readonly string[] | undefined;
  const ids = () => {
    known ??= read(storage, key).slice(0, most);
    return known;
  };
  return {
    ids,
    add: (id) => {
      known = [id, ...ids().filter((other) => other !== id)].slice(0, most);
      try {
        storage?.setItem(key, JSON.stringify(known));
      } catch {
        // full or forbidden: it is only a convenience
      }
    },
  };
}

function read(storage: Pick<Storage, "getItem"> | undefined, key: string): readonly string[] {
  try {
    return storedSchema.safeParse(JSON.parse(storage?.getItem(key) ?? "[]")).data ?? [];
  } catch {
    return [];
  }
}

function browserStorage(): Storage | undefined {
  try {
    return globalThis.localStorage;
  } catch {
    return undefined;
  }
}
