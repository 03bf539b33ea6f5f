import { BookOpen, Bot, ImagePlus, type LucideIcon, Workflow, Wrench } from "lucide-react";
import { useMemo } from "react";
import { useNavigate } from "react-router";
import type { FoundThing } from "#server/contract/find.ts";
import { foundHeading, foundKey } from "../palette/found-key.ts";
import { useFoundThings } from "../palette/use-found-things.ts";
import type { Entry } from "./entry-store.ts";
import type { RankedGroup } from "./ranked-entries.ts";

/** Where a thing is looked at; what has no place of its own is missing. */
const PLACES: Partial<Record<FoundThing["kind"], { icon: LucideIcon; addressOf(id: string): string }>> = {
  graph: { icon: Workflow, addressOf: (id) => `/graphs/${id}` },
  agent: { icon: Bot, addressOf: (id) => `/agents/${id}` },
  tool: { icon: Wrench, addressOf: (id) => `/tools?${new URLSearchParams({ tool: id })}` },
  workflow: { icon: ImagePlus, addressOf: (id) => `/comfyui/${id}` },
  collection: { icon: BookOpen, addressOf: (id) => `/knowledge/${id}` },
};

interface Shown {
  /** What can be done here, the node types of an open graph among it. */
  own: readonly Entry[];
  /** What is shown already, by its name. */
  named: readonly RankedGroup[];
}

/** What a search means beside what is called so, kind by kind: below everything else, so that nothing moves when it comes. */
export function useFoundGroups(search: string, { own, named }: Shown): readonly RankedGroup[] {
  const navigate = useNavigate();
  const found = useFoundThings(search);
  return useMemo(() => {
    const shown = new Set(named.flatMap(({ entries }) => entries.map(({ id }) => id)));
    const entries = found.flatMap((thing) => {
      const entry = thing.kind === "node-type" ? own.find(({ id }) => id === `add:${thing.id}`) : placeEntry(thing, (address) => void navigate(address));
      return entry && !shown.has(entry.id) ? [{ entry, title: foundHeading(thing.kind) }] : [];
    });
    return [...Map.groupBy(entries, ({ title }) => title)].map(([title, group]) => ({ title, entries: group.map(({ entry }) => entry) }));
  }, [found, own, named, navigate]);
}

function placeEntry(thing: FoundThing, go: (address: string) => void): Entry | undefined {
  const place = PLACES[thing.kind];
  if (!place) return undefined;
  const { icon: Icon, addressOf } = place;
  // as the entries of graphs are called
  return {
    id: foundKey(thing),
    group: "Pages",
    title: thing.title,
    detail: thing.description,
    icon: <Icon size={15} aria-hidden />,
    run: () => go(addressOf(thing.id)),
  };
}
