import { ChevronRight } from "lucide-react";
import { useState } from "react";
import { classes } from "./classes.ts";

const MAX_ITEMS = 100;
const MAX_TEXT = 400;

export interface JsonViewProps {
  value: unknown;
  /** Levels that are open at first. */
  open?: number;
}

/** A JSON value as a tree: folded below `open` levels, long texts and lists cut until asked for. */
export function JsonView({ value, open = 2 }: JsonViewProps) {
  return (
    <div className="font-mono text-xs leading-5">
      <Value value={value} depth={0} open={open} />
    </div>
  );
}

interface ValueProps {
  name?: string;
  value: unknown;
  depth: number;
  open: number;
}

function Value({ name, value, depth, open }: ValueProps) {
  const isBranch = typeof value === "object" && value !== null && Object.keys(value).length > 0;
  if (isBranch) return <Branch {...(name !== undefined && { name })} value={value} depth={depth} open={open} />;
  return (
    <div className="flex gap-1.5 pl-4">
      {name !== undefined && <span className="shrink-0 text-ink-muted">{name}:</span>}
      <Leaf value={value} />
    </div>
  );
}

function Branch({ name, value, depth, open }: ValueProps & { value: object }) {
  const [isOpen, setOpen] = useState(depth < open);
  const [shown, setShown] = useState(MAX_ITEMS);
  const members = Object.entries(value);
  const isList = Array.isArray(value);
  return (
    <div>
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
        className="flex w-full items-center gap-1 rounded-sm text-left hover:bg-hover"
      >
        <ChevronRight size={12} aria-hidden className={classes("shrink-0 text-ink-faint transition-transform duration-(--quick)", isOpen && "rotate-90")} />
        {name !== undefined && <span className="text-ink-muted">{name}:</span>}
        <span className="truncate text-ink-faint">{isList ? `[${members.length}]` : isOpen ? "{" : summaryOf(members)}</span>
      </button>
      {isOpen && (
        <div className="ml-1.5 border-line border-l pl-2">
          {members.slice(0, shown).map(([key, member]) => (
            <Value key={key} name={key} value={member} depth={depth + 1} open={open} />
          ))}
          {members.length > shown && (
            <button type="button" className="pl-4 text-accent hover:underline" onClick={() => setShown(shown + MAX_ITEMS)}>
              {members.length - shown} more…
            </button>
          )}
        </div>
      )}
    </div>
  );
}

function summaryOf(members: readonly [string, unknown][]): string {
  const names = members.slice(0, 4).map(([key]) => key);
  return `{ ${names.join(", ")}${members.length > names.length ? ", …" : ""} }`;
}

function Leaf({ value }: { value: unknown }) {
  const [whole, setWhole] = useState(false);
  if (typeof value !== "string") {
    const colour = typeof value === "number" ? "text-(--port-number)" : typeof value === "boolean" ? "text-(--port-boolean)" : "text-ink-faint";
    return <span className={colour}>{JSON.stringify(value) ?? "nothing"}</span>;
  }
  const isCut = !whole && value.length > MAX_TEXT;
  return (
    <span className="wrap-anywhere min-w-0 whitespace-pre-wrap text-ink">
      {isCut ? value.slice(0, MAX_TEXT) : value === "" ? <span className="text-ink-faint">""</span> : value}
      {isCut && (
        <button type="button" className="ml-1 text-accent hover:underline" onClick={() => setWhole(true)}>
          … show {value.length - MAX_TEXT} more characters
        </button>
      )}
    </span>
  );
}
