import { initialConfig } from "#runtime/node/catalog.ts";
import type { FoundThing } from "#server/contract/find.ts";
import type { AddEntry } from "./add-entry.ts";
import { foundKey } from "./found-key.ts";
import { readyDefinition, referenceKeysOf, thingSlots } from "./ready-nodes.ts";

/** A thing of the library that nodes work with. */
export interface LibraryThing {
  kind: Extract<FoundThing["kind"], "collection" | "workflow">;
  id: string;
  name: string;
  description: string;
  keywords: readonly string[];
}

const HEADINGS: Readonly<Record<LibraryThing["kind"], string>> = { collection: "Knowledge", workflow: "ComfyUI workflows" };

/** Each thing as the nodes that work with it, the one that reads it first: as that it is found by meaning. */
export function libraryEntries(things: readonly LibraryThing[]): AddEntry[] {
  return things.flatMap(({ kind, id, name, description, keywords }) => {
    const all = thingSlots(kind);
    const main = all.find(({ definition }) => definition.effect === "read") ?? all[0];
    const slots = main === undefined ? [] : [main, ...all.filter((slot) => slot !== main)];
    return slots.map((slot): AddEntry => {
      const { definition, field } = slot;
      const title = slots.length > 1 ? `${definition.title}: ${name}` : name;
      const ready = readyDefinition(definition, { config: { [field]: id }, title, description: description !== "" ? description : definition.description });
      return {
        id: `${kind}:${definition.type}:${id}`,
        ...(slot === main && { thing: foundKey({ kind, id }) }),
        heading: HEADINGS[kind],
        definition: ready,
        keywords: [...keywords, definition.title],
        references: referenceKeysOf(definition, initialConfig(ready)),
      };
    });
  });
}
