import type { FoundThing } from "#server/contract/find.ts";
import { type AddEntry, graphEntries, toolEntries } from "./add-entry.ts";
import { foundKey } from "./found-key.ts";
import { libraryEntries } from "./library-entries.ts";

/** Of a large library only the first are loaded: what was found beyond `entries` says itself all that an entry needs. What cannot be added is left out. */
export function foundEntries(found: readonly FoundThing[], { entries, open }: { entries: readonly AddEntry[]; open: string }): AddEntry[] {
  const known = new Set(entries.map(({ thing }) => thing));
  return found.filter((thing) => !known.has(foundKey(thing))).flatMap((thing) => entriesOf(thing, open));
}

function entriesOf(thing: FoundThing, open: string): AddEntry[] {
  switch (thing.kind) {
    case "node-type":
      // of another version of the server
      return [];
    case "tool":
      return toolEntries(thing.connection, [thing]);
    case "graph":
    case "agent":
      return graphEntries([{ ...thing, name: thing.title }], open);
    case "workflow":
    case "collection":
      return libraryEntries([{ ...thing, name: thing.title, keywords: [] }]);
  }
}
