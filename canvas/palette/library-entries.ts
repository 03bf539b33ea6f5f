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

/** Each thing as the nodes that work with it. By meaning it is found once: as the node that reads it. */
export function libraryEntries(things: readonly LibraryThing[]): AddEntry[] {
  return things.flatMap(({ kind, id, name, description, keywords }) => {
    const slots = thingSlots(kind);
    const main = slots.find(({ definition }) => definition.effect === "read") ?? slots[0];
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
