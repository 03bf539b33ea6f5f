import { Command } from "cmdk";
import { useMemo, useState } from "react";
import type { NodeDefinition } from "#runtime/node/define.ts";
import type { References } from "#runtime/node/references.ts";
import { AddKeys, GROUP_HEADING, SearchWindow, WindowSearch } from "../commands/search-window.tsx";
import type { AddEntry } from "../palette/add-entry.ts";
import { paletteGroups } from "../palette/palette-groups.ts";
import { useAddEntries } from "../palette/use-add-entries.ts";
import { GroupTile } from "../ui/group-tile.tsx";

export interface ToolPaletteProps {
  onClose(): void;
  /** `known`: what the tool depends on outside of the document. */
  onChoose(definition: NodeDefinition, known: References): void;
}

/** The search for what can be a tool: those of MCP servers first, then agents and graphs, then node types. */
export function ToolPalette({ onClose, onChoose }: ToolPaletteProps) {
  const [search, setSearch] = useState("");
  const { entries, found, beyond, references, isAsking } = useAddEntries(search);
  const groups = useMemo(
    () => paletteGroups(readyFirst(entries.filter(isCallable)), search, { recent: [], found, beyond: beyond.filter(isCallable) }),
    [entries, search, found, beyond],
  );
  return (
    <SearchWindow title="Add a tool" onClose={onClose}>
      <Command label="Tools" shouldFilter={false} loop className="flex min-h-0 flex-col">
        <WindowSearch
          value={search}
          onChange={setSearch}
          placeholder="Search tools, agents, graphs and steps…"
          busy={isAsking ? "Asking for tools" : undefined}
        />
        <Command.List className="min-h-0 flex-1 overflow-y-auto p-2 outline-none!">
          <Command.Empty className="px-4 py-10 text-center text-ink-muted text-sm">
            Nothing that can be a tool is called so. Connect an MCP server under Connections to have more.
          </Command.Empty>
          {groups.map(({ heading, entries: own, more }) => (
            <Command.Group key={heading} heading={heading} className={GROUP_HEADING}>
              {own.map(({ id, definition }) => (
                <Command.Item
                  key={id}
                  value={id}
                  onSelect={() => onChoose(definition, references)}
                  className="flex cursor-pointer select-none items-center gap-3 rounded-lg px-2 py-1.5 data-[selected=true]:bg-hover"
                >
                  <GroupTile icon={definition.icon} group={definition.group} size={30} />
                  <span className="min-w-0 flex-1">
                    <span className="block truncate font-medium text-sm">{definition.title}</span>
                    <span className="block truncate text-ink-faint text-xs">{definition.description}</span>
                  </span>
                </Command.Item>
              ))}
              {more > 0 && <p className="px-2 py-1 text-ink-faint text-xs">{more} more. Search to find them.</p>}
            </Command.Group>
          ))}
        </Command.List>
        <AddKeys />
      </Command>
    </SearchWindow>
  );
}

function isCallable({ definition }: AddEntry): boolean {
  return definition.tool !== undefined;
}

/** What needs no more setting up before what does. */
function readyFirst(entries: readonly AddEntry[]): AddEntry[] {
  const isType = ({ id }: AddEntry) => id.startsWith("type:");
  return [...entries.filter((entry) => !isType(entry)), ...entries.filter(isType)];
}
