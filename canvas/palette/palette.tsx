import { Command } from "cmdk";
import { Search } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import { useMemo, useState } from "react";
import type { NodeDefinition } from "#runtime/node/define.ts";
import { useBoardActions } from "../board/board-actions.ts";
import { type BoardState, type LooseWire, useBoard, useBoardStore } from "../board/board-store.ts";
import { Badge } from "../ui/badge.tsx";
import { GroupTile } from "../ui/group-tile.tsx";
import { Kbd } from "../ui/kbd.tsx";
import { matchOf, type PaletteGroup, paletteGroups } from "./palette-entries.ts";

/** The search for a node type; what is chosen is put where the palette was opened. */
export function Palette() {
  const palette = useBoard((state) => state.palette);
  const store = useBoardStore();
  return (
    <Radix.Root open={palette !== undefined} onOpenChange={(open) => open || store.getState().openPalette(undefined)}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 animate-appear bg-backdrop" />
        <Radix.Content
          aria-describedby={undefined}
          className="fixed inset-x-4 top-[14vh] z-40 mx-auto max-w-xl animate-rise overflow-hidden rounded-xl bg-overlay shadow-overlay focus:outline-none"
          onCloseAutoFocus={(event) => event.preventDefault()}
        >
          <Radix.Title className="sr-only">Add a node</Radix.Title>
          {palette && <PaletteSearch palette={palette} />}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

function PaletteSearch({ palette }: { palette: NonNullable<BoardState["palette"]> }) {
  const [search, setSearch] = useState("");
  const groups = useMemo(() => paletteGroups(palette.from), [palette.from]);
  const found = useMemo(() => ranked(groups, search), [groups, search]);
  const actions = useBoardActions();
  const store = useBoardStore();
  const choose = (definition: NodeDefinition) => {
    store.getState().openPalette(undefined);
    actions.addNode(definition, palette.at, palette.from);
  };
  return (
    <Command label="Node types" shouldFilter={false} loop>
      <div className="flex items-center gap-2.5 border-line border-b px-4">
        <Search size={16} className="shrink-0 text-ink-faint" aria-hidden />
        <Command.Input
          autoFocus
          value={search}
          onValueChange={setSearch}
          placeholder="Search nodes…"
          className="h-12 min-w-0 flex-1 bg-transparent text-base outline-none placeholder:text-ink-faint focus-visible:outline-none"
        />
        {palette.from && (
          <Badge tone="accent">
            {palette.from.side === "source" ? "takes" : "gives"} {palette.from.type}
          </Badge>
        )}
      </div>
      <Command.List className="max-h-[min(26rem,56vh)] overflow-y-auto p-2">
        <Command.Empty className="px-4 py-10 text-center text-ink-muted text-sm">{emptyText(search, palette.from)}</Command.Empty>
        {found.map(({ title, definitions }) => (
          <Command.Group
            key={title}
            heading={title}
            className="[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:font-medium [&_[cmdk-group-heading]]:text-2xs [&_[cmdk-group-heading]]:text-ink-faint"
          >
            {definitions.map((definition) => (
              <Entry key={definition.type} definition={definition} onChoose={choose} />
            ))}
          </Command.Group>
        ))}
      </Command.List>
      <footer className="flex gap-4 border-line border-t px-4 py-2 text-2xs text-ink-faint">
        <span className="flex items-center gap-1.5">
          <Kbd keys="↑+↓" /> choose
        </span>
        <span className="flex items-center gap-1.5">
          <Kbd keys="Enter" /> add
        </span>
        <span className="flex items-center gap-1.5">
          <Kbd keys="Esc" /> close
        </span>
      </footer>
    </Command>
  );
}

function emptyText(search: string, from: LooseWire | undefined): string {
  const what = from ? `No node that ${from.side === "source" ? "takes" : "gives"} ${from.type}` : "No node";
  return search.trim() === "" ? `${what} is there.` : `${what} matches “${search.trim()}”.`;
}

function Entry({ definition, onChoose }: { definition: NodeDefinition; onChoose(definition: NodeDefinition): void }) {
  return (
    <Command.Item
      value={definition.type}
      onSelect={() => onChoose(definition)}
      className="flex cursor-pointer select-none items-center gap-3 rounded-lg px-2 py-1.5 data-[selected=true]:bg-hover"
    >
      <GroupTile icon={definition.icon} group={definition.group} size={30} />
      <span className="min-w-0">
        <span className="block font-medium text-sm">{definition.title}</span>
        <span className="block truncate text-ink-faint text-xs">{definition.description}</span>
      </span>
    </Command.Item>
  );
}

/** While searching, one list with the best first. */
function ranked(groups: readonly PaletteGroup[], search: string): readonly PaletteGroup[] {
  if (search.trim() === "") return groups;
  const hits = groups
    .flatMap(({ definitions }) => definitions.map((definition) => ({ definition, score: matchOf(definition, search) })))
    .filter(({ score }) => score > 0);
  const definitions = hits.sort((left, right) => right.score - left.score).map(({ definition }) => definition);
  return definitions.length > 0 ? [{ title: "Best matches", definitions }] : [];
}
