import type { FoundThing } from "../../contract/find.ts";

/** A thing that people look for by what it does. */
export interface Findable {
  /** Unique among things of its kind. */
  id: string;
  title: string;
  description: string;
  /** More words people search it by. */
  keywords?: readonly string[];
}

/** Where things of a kind come from: each room that has some provides one. */
export interface FindableSource {
  kind: FoundThing["kind"];
  /** All of them, at most some thousands. */
  list(workspace: string): Promise<readonly Findable[]>;
}

/** Pages of a list, up to so many items. */
export async function allOf<Item>(
  page: (cursor: string | undefined) => Promise<{ items: readonly Item[]; nextCursor?: string }>,
  most = 2_000,
): Promise<Item[]> {
  const all: Item[] = [];
  let cursor: string | undefined;
  do {
    const { items, nextCursor } = await page(cursor);
    all.push(...items);
    cursor = nextCursor;
  } while (cursor !== undefined && all.length < most);
  return all;
}
