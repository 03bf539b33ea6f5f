import type { Port } from "#runtime/node/ports.ts";
import { useReferences } from "../document/analysis.tsx";
import { GroupTile } from "../ui/group-tile.tsx";
import { ScrollBox } from "../ui/scroll-box.tsx";
import { typeColour } from "../ui/type-colour.ts";
import { type AddEntry, entryPorts } from "./add-entry.ts";

const MOST = 12;

/** What the highlighted line of the palette does, and what it takes and gives. */
export function EntryPreview({ entry }: { entry: AddEntry }) {
  const { definition, heading } = entry;
  const { inputs, outputs } = entryPorts(entry, useReferences());
  return (
    <ScrollBox label="About it" className="w-64 shrink-0 overflow-y-auto border-line border-l p-4 max-md:hidden">
      <aside aria-label="About it" className="flex flex-col gap-3">
        <header className="flex items-center gap-2.5">
          <GroupTile icon={definition.icon} group={definition.group} size={32} />
          <span className="min-w-0">
            <span className="wrap-anywhere block font-medium text-sm">{definition.title}</span>
            <span className="block truncate text-ink-faint text-xs">{heading}</span>
          </span>
        </header>
        <p className="wrap-anywhere text-ink-muted text-xs leading-5">{definition.description}</p>
        <PortList title="Takes" ports={inputs} none={definition.role === "entry" ? "Nothing: a run begins here." : "Nothing."} />
        <PortList title="Gives" ports={outputs} none={definition.role === "exit" ? "Nothing more: a run ends here." : "Nothing."} />
      </aside>
    </ScrollBox>
  );
}

function PortList({ title, ports, none }: { title: string; ports: Readonly<Record<string, Port>>; none: string }) {
  const all = Object.entries(ports);
  return (
    <section>
      <h3 className="mb-1 font-medium text-2xs text-ink-faint">{title}</h3>
      {all.length === 0 && <p className="text-ink-faint text-xs">{none}</p>}
      <ul className="flex flex-col gap-1">
        {all.slice(0, MOST).map(([name, port]) => (
          <li key={name} className="flex items-center gap-2 text-xs">
            <span aria-hidden className="size-2 shrink-0 rounded-full" style={{ background: typeColour(port.type) }} />
            <span className="min-w-0 flex-1 truncate">
              {port.title ?? name}
              {port.optional && <span className="text-ink-faint"> (optional)</span>}
            </span>
            <span className="shrink-0 text-ink-faint">{port.type}</span>
          </li>
        ))}
        {all.length > MOST && <li className="text-ink-faint text-xs">and {all.length - MOST} more</li>}
      </ul>
    </section>
  );
}
