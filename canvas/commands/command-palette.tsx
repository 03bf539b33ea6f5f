import { Command } from "cmdk";
import { type RefObject, useEffect, useLayoutEffect, useMemo, useRef } from "react";
import { toast } from "sonner";
import { announce } from "../ui/announce.ts";
import { classes } from "../ui/classes.ts";
import { Kbd } from "../ui/kbd.tsx";
import { useSearch } from "../ui/use-search.ts";
import { currentCommands } from "./command-store.ts";
import { useCommandView } from "./command-view.ts";
import { type Entry, entryStore } from "./entry-store.ts";
import { commandEntries, type RankedGroup, rankedEntries } from "./ranked-entries.ts";
import { createRecent } from "./recent.ts";
import { runCommand } from "./run-command.ts";
import { GROUP_HEADING, SearchWindow, WindowFoot, WindowSearch } from "./search-window.tsx";
import { takeTyped } from "./typed-ahead.tsx";
import { useFoundGroups } from "./use-found-groups.tsx";
import { useGraphEntries } from "./use-graph-entries.tsx";
import { usePageEntries } from "./use-page-entries.tsx";
import { useRunEntries } from "./use-run-entries.tsx";

const recent = createRecent("entries", 12);

/** Ctrl+K: everything that can be done, and everything one can go to, by name. */
export function CommandPalette({ typed, onClose }: { typed: RefObject<string>; onClose(): void }) {
  const chosen = useRef<Entry | undefined>(undefined);
  const choose = (entry: Entry) => {
    if (entry.blocked !== undefined) {
      toast.info(entry.blocked, { id: "blocked-command" });
      return;
    }
    recent.add(entry.id);
    chosen.current = entry;
    onClose();
  };
  return (
    <SearchWindow title="Do or find anything" onClose={onClose} onClosed={() => chosen.current?.run()}>
      <EverythingSearch typed={typed} onChoose={choose} onClose={onClose} />
    </SearchWindow>
  );
}

function EverythingSearch({ typed, onChoose, onClose }: { typed: RefObject<string>; onChoose(entry: Entry): void; onClose(): void }) {
  const search = useSearch();
  const { set } = search;
  useLayoutEffect(() => {
    const text = takeTyped(typed);
    if (text !== "") set(text);
  }, [typed, set]);
  const { show } = useCommandView();
  const { groups, isAsking } = useGroups(search.typed, search.settled);
  const count = groups.reduce((sum, { entries }) => sum + entries.length, 0);
  useAnnouncedCount(search.settled, isAsking ? undefined : count);
  return (
    <Command
      label="Everything"
      shouldFilter={false}
      loop
      className="flex min-h-0 flex-col"
      onKeyDown={(event) => {
        const isAgain = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey);
        const asksForKeys = event.key === "?" && search.typed === "";
        if (!isAgain && !asksForKeys) return;
        event.preventDefault();
        if (isAgain) onClose();
        else show("keys");
      }}
    >
      <WindowSearch
        value={search.typed}
        onChange={search.set}
        placeholder="Search commands, nodes, graphs, runs, pages…"
        busy={isAsking ? "Searching" : undefined}
      />
      <Command.List className="min-h-0 flex-1 overflow-y-auto p-2 outline-none!">
        <Command.Empty className="px-4 py-10 text-center text-ink-muted text-sm">
          {isAsking ? "Searching…" : `Nothing is called “${search.typed.trim()}” or like it.`}
        </Command.Empty>
        {groups.map(({ title, entries }) => (
          <Command.Group key={title} heading={title} className={GROUP_HEADING}>
            {entries.map((entry) => (
              <EntryLine key={entry.id} entry={entry} onChoose={onChoose} />
            ))}
          </Command.Group>
        ))}
      </Command.List>
      <WindowFoot>
        <span className="flex items-center gap-1.5">
          <Kbd keys="ArrowUp+ArrowDown" /> choose
        </span>
        <span className="flex items-center gap-1.5">
          <Kbd keys="Enter" /> do it
        </span>
        <span className="flex items-center gap-1.5">
          <Kbd keys="Escape" /> close
        </span>
        <button type="button" className="ml-auto flex items-center gap-1.5 rounded-sm hover:text-ink" onClick={() => show("keys")}>
          <Kbd keys="?" /> all keys
        </button>
      </WindowFoot>
    </Command>
  );
}

function EntryLine({ entry, onChoose }: { entry: Entry; onChoose(entry: Entry): void }) {
  const isBlocked = entry.blocked !== undefined;
  const [keys] = entry.keys ?? [];
  return (
    <Command.Item
      value={entry.id}
      onSelect={() => onChoose(entry)}
      aria-disabled={isBlocked}
      className="flex min-h-8 cursor-pointer select-none items-center gap-3 rounded-lg px-2 py-1 text-sm data-[selected=true]:bg-hover"
    >
      {entry.icon && <span className="flex w-6 shrink-0 justify-center text-ink-muted">{entry.icon}</span>}
      <span className={classes("min-w-0 shrink-0 truncate", entry.detail !== undefined && "max-w-[60%]", isBlocked && "text-ink-faint")}>{entry.title}</span>
      <span className={classes("min-w-0 flex-1 truncate text-xs", isBlocked ? "text-warning" : "text-ink-faint")}>{entry.detail}</span>
      {keys !== undefined && <Kbd keys={keys} />}
    </Command.Item>
  );
}

/** All there is to choose from, the best first. */
function useGroups(search: string, settled: string): { groups: readonly RankedGroup[]; isAsking: boolean } {
  const pages = usePageEntries();
  const graphs = useGraphEntries(settled);
  const runs = useRunEntries();
  // as it is when the window opens: nothing can be edited behind it
  const own = useMemo(() => [...entryStore.getState().sources.flatMap((source) => source()), ...commandEntries(currentCommands(), runCommand)], []);
  const named = useMemo(
    () =>
      rankedEntries([...own, ...graphs.entries, ...runs, ...pages], search, {
        recent: recent.ids(),
        isFound: ({ group }) => group === "Graphs" && settled !== "",
      }),
    [own, graphs.entries, runs, pages, search, settled],
  );
  const groups = [...named, ...useFoundGroups(search, { own, named })];
  return { groups, isAsking: graphs.isAsking || search.trim() !== settled };
}

/** Says how much a search has found, once it stands still. */
function useAnnouncedCount(search: string, count: number | undefined): void {
  useEffect(() => {
    if (search === "" || count === undefined) return;
    announce(count === 0 ? "Nothing found" : `${count} ${count === 1 ? "result" : "results"}`);
  }, [search, count]);
}
