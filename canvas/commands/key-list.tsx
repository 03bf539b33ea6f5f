import { Search } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import { useStore } from "zustand";
import { announce } from "../ui/announce.ts";
import { Kbd, spokenKeys } from "../ui/kbd.tsx";
import { commandStore, currentCommands } from "./command-store.ts";
import { type ListedGroup, listedKeys } from "./listed-keys.ts";
import { SearchWindow } from "./search-window.tsx";

/** `?`: every key there is, by what it is for. */
export function KeyList({ onClose }: { onClose(): void }) {
  const [search, setSearch] = useState("");
  const lists = useStore(commandStore, (state) => state.lists);
  // biome-ignore lint/correctness/useExhaustiveDependencies: currentCommands reads the lists
  const groups = useMemo(() => listedKeys(currentCommands(), search), [lists, search]);
  useEffect(() => {
    if (search.trim() === "") return;
    const timer = setTimeout(() => announce(`${groups.reduce((sum, { lines }) => sum + lines.length, 0)} keys`), 400);
    return () => clearTimeout(timer);
  }, [search, groups]);
  return (
    <SearchWindow title="Keys" onClose={onClose} wide>
      <div className="flex shrink-0 items-center gap-2.5 border-line border-b px-4">
        <Search size={16} className="shrink-0 text-ink-faint" aria-hidden />
        <input
          type="text"
          aria-label="Search the keys"
          placeholder="Search keys, by what they do or what is pressed…"
          maxLength={100}
          spellCheck={false}
          value={search}
          onChange={(event) => setSearch(event.target.value)}
          className="h-12 min-w-0 flex-1 bg-transparent text-base outline-none placeholder:text-ink-faint focus-visible:outline-none"
        />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls by keys */}
      <section className="min-h-0 flex-1 overflow-y-auto px-5 py-4" aria-label="Keys" tabIndex={0}>
        {groups.length === 0 ? (
          <p className="py-10 text-center text-ink-muted text-sm">No key does “{search.trim()}”. Search for it with Ctrl+K: not everything has a key.</p>
        ) : (
          <div className="columns-2 gap-8 max-md:columns-1">
            {groups.map((group) => (
              <Group key={group.group} {...group} />
            ))}
          </div>
        )}
      </section>
    </SearchWindow>
  );
}

function Group({ group, lines }: ListedGroup) {
  return (
    <section className="mb-4 break-inside-avoid-column">
      <h2 className="mb-1 font-medium text-2xs text-ink-faint">{group}</h2>
      <ul>
        {lines.map(({ id, title, keys }) => (
          <li key={id} className="flex min-h-7 items-center justify-between gap-4 text-sm">
            <span className="min-w-0">{title}</span>
            <span className="flex shrink-0 items-center gap-1.5">
              {keys.map((key, index) => (
                <span key={key} className="flex items-center gap-1.5">
                  {index > 0 && <span className="text-2xs text-ink-faint">or</span>}
                  <span aria-hidden className="flex">
                    <Kbd keys={key} />
                  </span>
                  <span className="sr-only">{spokenKeys(key)}</span>
                </span>
              ))}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
