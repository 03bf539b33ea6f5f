import type { FoundThing } from "../../contract/find.ts";

/** A thing without what only a search says of it. */
type Unsearched<Thing> = Thing extends FoundThing ? Omit<Thing, "score" | "why"> : never;

/** A thing that people look for by what it does, with what is told of it when it is found. Its id is unique among things of its kind. */
export type Findable = Unsearched<FoundThing> & {
  /** More words people search it by. */
  keywords?: readonly string[];
};

/** Where things come from: each room that has some provides one. Lists all of them, at most some thousands. */
export type FindableSource = (workspace: string) => Promise<readonly Findable[]>;

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
