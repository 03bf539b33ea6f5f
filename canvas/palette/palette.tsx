import { Command } from "cmdk";
import { useEffect, useMemo, useRef, useState } from "react";
import { type BoardActions, useBoardActions } from "../board/board-actions.ts";
import { type BoardState, type LooseWire, useBoard, useBoardStore } from "../board/board-store.ts";
import { AddKeys, GROUP_HEADING, SearchWindow, WindowSearch } from "../commands/search-window.tsx";
import { KnownReferences, useReferences } from "../document/analysis.tsx";
import { announce } from "../ui/announce.ts";
import { Badge } from "../ui/badge.tsx";
import { GroupTile } from "../ui/group-tile.tsx";
import { type AddEntry, entryPorts, fitsWireEnd } from "./add-entry.ts";
import { EntryPreview } from "./entry-preview.tsx";
import { focusNewNode } from "./focus-new-node.ts";
import { type PaletteGroup, paletteGroups } from "./palette-groups.ts";
import { recentNodes } from "./recent-nodes.ts";
import { type AddEntries, useAddEntries } from "./use-add-entries.ts";
import { useAddFromElsewhere } from "./use-add-from-elsewhere.ts";

type Opened = NonNullable<BoardState["palette"]>;

/** The search for what to add; what is chosen is put where the palette was opened. */
export function Palette() {
  const palette = useBoard((state) => state.palette);
  const store = useBoardStore();
  const hasAdded = useRef(false);
  useAddFromElsewhere();
  if (!palette) return null;
  const close = () => store.getState().openPalette(undefined);
  return (
    <SearchWindow title="Add a node" wide onClose={close} onClosed={() => hasAdded.current && focusNewNode(store)}>
      <PaletteContent
        palette={palette}
        onAdded={() => {
          hasAdded.current = true;
        }}
      />
    </SearchWindow>
  );
}

interface ContentProps {
  palette: Opened;
  onAdded(): void;
}

function PaletteContent(props: ContentProps) {
  const [search, setSearch] = useState("");
  const all = useAddEntries(search);
  return (
    <KnownReferences known={all.references}>
      <PaletteSearch {...props} {...{ all, search, setSearch }} />
    </KnownReferences>
  );
}

interface SearchProps extends ContentProps {
  all: AddEntries;
  search: string;
  setSearch(text: string): void;
}

function PaletteSearch({ palette, onAdded, all: { found, isAsking, ...all }, search, setSearch }: SearchProps) {
  const [highlighted, setHighlighted] = useState("");
  const actions = useBoardActions();
  const store = useBoardStore();
  const entries = useFitting(all.entries, palette, actions);
  const beyond = useFitting(all.beyond, palette, actions);
  const groups = useMemo(() => paletteGroups(entries, search, { recent: recentNodes.ids(), found, beyond }), [entries, search, found, beyond]);
  const shown = groups.flatMap((group) => group.entries.map((entry) => ({ entry, value: lineValue(group, entry) })));
  const current = shown.find(({ value }) => value === highlighted)?.entry;
  useAnnouncedCount(search, shown.length);
  const choose = ({ id, definition }: AddEntry) => {
    recentNodes.add(id);
    onAdded();
    store.getState().openPalette(undefined);
    if (palette.edge) actions.insertOnEdge(definition, palette.edge, palette.at);
    else actions.addNode(definition, palette.at, palette.from);
  };
  return (
    <Command label="Node types" shouldFilter={false} loop value={highlighted} onValueChange={setHighlighted} className="flex min-h-0 flex-col">
      <WindowSearch value={search} onChange={setSearch} placeholder="Search nodes and tools…" busy={isAsking ? "Asking for tools" : undefined}>
        <Where palette={palette} />
      </WindowSearch>
      <div className="flex min-h-0 flex-1">
        <Command.List className="min-h-0 flex-1 overflow-y-auto p-2 outline-none!">
          <Command.Empty className="px-4 py-10 text-center text-ink-muted text-sm">{emptyText(search, palette)}</Command.Empty>
          {groups.map((group) => (
            <Command.Group key={group.heading} heading={group.heading} className={GROUP_HEADING}>
              {group.entries.map((entry) => (
                <Line key={entry.id} value={lineValue(group, entry)} entry={entry} isSearching={search.trim() !== ""} onChoose={choose} />
              ))}
              {group.more > 0 && <p className="px-2 py-1 text-ink-faint text-xs">{group.more} more. Search to find them.</p>}
            </Command.Group>
          ))}
        </Command.List>
        {current && <EntryPreview entry={current} />}
      </div>
      <AddKeys />
    </Command>
  );
}

/** What fits where the palette was opened. */
function useFitting(all: readonly AddEntry[], { from, edge }: Opened, actions: BoardActions): readonly AddEntry[] {
  const references = useReferences();
  return useMemo(() => {
    if (edge !== undefined) return all.filter(({ definition }) => actions.fitsWire(definition, edge));
    return from ? all.filter((entry) => fitsWireEnd(entryPorts(entry, references), from)) : all;
  }, [all, from, edge, actions, references]);
}

/** Recent ones stand twice: a line is known by its group, too. */
function lineValue({ heading }: PaletteGroup, { id }: AddEntry): string {
  return heading === "Recent" ? `recent ${id}` : id;
}

function useAnnouncedCount(search: string, count: number): void {
  useEffect(() => {
    if (search.trim() === "") return;
    const timer = setTimeout(() => announce(count === 0 ? "Nothing found" : `${count} ${count === 1 ? "result" : "results"}`), 400);
    return () => clearTimeout(timer);
  }, [search, count]);
}

function Where({ palette: { from, edge } }: { palette: Opened }) {
  if (edge !== undefined) return <Badge tone="accent">into the wire</Badge>;
  return from ? <Badge tone="accent">{wanted(from)}</Badge> : null;
}

function wanted(from: LooseWire): string {
  return `${from.side === "source" ? "takes" : "gives"} ${from.type}`;
}

function emptyText(search: string, { from, edge }: Opened): string {
  const what = edge !== undefined ? "No node that fits into this wire" : from ? `No node that ${wanted(from)}` : "No node";
  return search.trim() === "" ? `${what} is there.` : `${what} is called “${search.trim()}” or like it.`;
}

interface LineProps {
  value: string;
  entry: AddEntry;
  isSearching: boolean;
  onChoose(entry: AddEntry): void;
}

function Line({ value, entry, isSearching, onChoose }: LineProps) {
  const { definition, heading } = entry;
  return (
    <Command.Item
      value={value}
      onSelect={() => onChoose(entry)}
      className="flex cursor-pointer select-none items-center gap-3 rounded-lg px-2 py-1.5 data-[selected=true]:bg-hover"
    >
      <GroupTile icon={definition.icon} group={definition.group} size={30} />
      <span className="min-w-0 flex-1">
        <span className="block truncate font-medium text-sm">{definition.title}</span>
        <span className="block truncate text-ink-faint text-xs">{definition.description}</span>
      </span>
      {isSearching && <span className="max-w-28 shrink-0 truncate text-2xs text-ink-faint">{heading}</span>}
    </Command.Item>
  );
}
