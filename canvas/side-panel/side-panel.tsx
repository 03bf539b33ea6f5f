import { useReactFlow } from "@xyflow/react";
import { Command } from "cmdk";
import { X } from "lucide-react";
import { type DragEvent, useEffect, useMemo, useState } from "react";
import type { References } from "#runtime/node/references.ts";
import { useBoardActions } from "../board/board-actions.ts";
import { boardCentre } from "../board/board-centre.ts";
import { GROUP_HEADING } from "../commands/search-window.tsx";
import { KnownReferences } from "../document/analysis.tsx";
import { useThumbnail } from "../files/thumbnail.tsx";
import type { AddEntry } from "../palette/add-entry.ts";
import { type PaletteGroup, paletteGroups } from "../palette/palette-groups.ts";
import { recentNodes } from "../palette/recent-nodes.ts";
import { type AddEntries, useAddEntries } from "../palette/use-add-entries.ts";
import { announce } from "../ui/announce.ts";
import { GroupTile } from "../ui/group-tile.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { Spinner } from "../ui/spinner.tsx";
import { Tooltip } from "../ui/tooltip.tsx";
import { showDragImage } from "./drag-image.ts";
import { useDraggedEntry } from "./dragged-entry.ts";
import { useSidePanelView } from "./side-panel-view.ts";

/** Left of the board: all that can be added, to drag there or to choose by keys. */
export function SidePanel() {
  const [search, setSearch] = useState("");
  const all = useAddEntries(search);
  return (
    <aside aria-label="Nodes to add" className="flex w-60 shrink-0 flex-col border-line border-r bg-surface max-xl:w-52">
      <KnownReferences known={all.references}>
        <Entries {...all} search={search} setSearch={setSearch} />
      </KnownReferences>
    </aside>
  );
}

interface EntriesProps extends AddEntries {
  search: string;
  setSearch(text: string): void;
}

function Entries({ entries, found, beyond, references, isAsking, search, setSearch }: EntriesProps) {
  const { isCalled, toggle } = useSidePanelView();
  const { addNode } = useBoardActions();
  const flow = useReactFlow();
  const groups = useMemo(() => paletteGroups(entries, search, { recent: [], found, beyond }), [entries, search, found, beyond]);
  const count = groups.reduce((sum, group) => sum + group.entries.length + group.more, 0);
  useEffect(() => {
    if (search.trim() === "") return;
    const timer = setTimeout(() => announce(count === 0 ? "Nothing found" : `${count} ${count === 1 ? "result" : "results"}`), 400);
    return () => clearTimeout(timer);
  }, [search, count]);
  const add = ({ id, definition }: AddEntry) => {
    recentNodes.add(id);
    addNode(definition, boardCentre(flow.screenToFlowPosition));
  };
  return (
    <Command label="Nodes to add" shouldFilter={false} loop className="flex min-h-0 flex-1 flex-col">
      <header className="flex h-11 shrink-0 items-center gap-2 border-line border-b pr-2 pl-3">
        <Command.Input
          autoFocus={isCalled}
          value={search}
          onValueChange={setSearch}
          maxLength={200}
          placeholder="Search to add…"
          onKeyDown={(event) => {
            if (event.key !== "Escape" || search === "") return;
            event.preventDefault();
            setSearch("");
          }}
          className="h-7 min-w-0 flex-1 rounded-md border border-line bg-sunken px-2 text-sm outline-none placeholder:text-ink-faint focus:border-accent focus:ring-2 focus:ring-accent-soft"
        />
        {isAsking && <Spinner size={13} label="Asking for tools" />}
        <IconButton label="Close" keys="B" size="small" icon={<X size={15} />} onClick={toggle} />
      </header>
      <Command.List className="min-h-0 flex-1 overflow-y-auto p-1.5 outline-none!">
        <Command.Empty className="px-3 py-8 text-center text-ink-muted text-sm">{`Nothing is called “${search.trim()}” or like it.`}</Command.Empty>
        {groups.map((group) => (
          <Group key={group.heading} group={group} references={references} onAdd={add} />
        ))}
      </Command.List>
      <p className="shrink-0 border-line border-t px-3 py-2 text-2xs text-ink-faint">Drag one onto the board, a wire or a container; or press Enter.</p>
    </Command>
  );
}

function Group({ group, references, onAdd }: { group: PaletteGroup; references: References; onAdd(entry: AddEntry): void }) {
  return (
    <Command.Group heading={group.heading} className={GROUP_HEADING}>
      {group.entries.map((entry) => (
        <Line key={entry.id} entry={entry} references={references} onAdd={onAdd} />
      ))}
      {group.more > 0 && <p className="px-2 py-1 text-ink-faint text-xs">{group.more} more. Search to find them.</p>}
    </Command.Group>
  );
}

function Line({ entry, references, onAdd }: { entry: AddEntry; references: References; onAdd(entry: AddEntry): void }) {
  const { drag } = useDraggedEntry();
  const { definition } = entry;
  const onDragStart = (event: DragEvent<HTMLElement>) => {
    event.dataTransfer.effectAllowed = "copy";
    event.dataTransfer.setData("text/plain", definition.title);
    showDragImage(event.dataTransfer, event.currentTarget);
    // a page that changes at once makes some browsers end the drag
    setTimeout(() => drag({ entry, references }), 0);
  };
  return (
    <Tooltip text={definition.description} side="right">
      <Command.Item
        value={entry.id}
        onSelect={() => onAdd(entry)}
        draggable
        onDragStart={onDragStart}
        onDragEnd={() => drag(undefined)}
        className="flex cursor-grab select-none items-center gap-2.5 rounded-md px-1.5 py-1 text-sm active:cursor-grabbing data-[selected=true]:bg-hover"
      >
        <EntryTile entry={entry} />
        <span className="min-w-0 flex-1 truncate">{definition.title}</span>
      </Command.Item>
    </Tooltip>
  );
}

/** Its picture where it holds one, else the icon of its type. */
function EntryTile({ entry: { definition, picture } }: { entry: AddEntry }) {
  const url = useThumbnail(picture, 64);
  if (url !== undefined) return <img src={url} alt="" draggable={false} className="size-6 shrink-0 rounded-md object-cover" />;
  return <GroupTile icon={definition.icon} group={definition.group} size={24} />;
}
