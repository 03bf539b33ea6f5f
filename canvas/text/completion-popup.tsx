import { Braces, FunctionSquare, ListTree, Workflow } from "lucide-react";
import { useEffect, useRef } from "react";
import { classes } from "../ui/classes.ts";
import type { Completion } from "./completion.ts";
import type { DrawnPart } from "./measure-text.ts";

export interface CompletionPopupProps {
  id: string;
  items: readonly Completion[];
  active: number;
  at: DrawnPart;
  accept(item: Completion): void;
  point(index: number): void;
}

const WIDTH = 340;
const HEIGHT = 260;
const ICONS = { value: Braces, node: Workflow, field: ListTree, function: FunctionSquare } as const;

/** What may stand at the caret, below it; the focus stays in the field. */
export function CompletionPopup({ id, items, active, at, accept, point }: CompletionPopupProps) {
  const list = useRef<HTMLDivElement | null>(null);
  useEffect(() => {
    list.current?.querySelector(`#${CSS.escape(`${id}-${active}`)}`)?.scrollIntoView({ block: "nearest" });
  }, [id, active]);
  const isBelow = at.top + at.height + HEIGHT < window.innerHeight;
  const left = Math.max(8, Math.min(at.left - 8, window.innerWidth - WIDTH - 8));
  const current = items[active];
  return (
    <div
      className="fixed z-50 flex flex-col overflow-hidden rounded-lg bg-overlay shadow-overlay"
      style={{ left, width: WIDTH, ...(isBelow ? { top: at.top + at.height + 4 } : { bottom: window.innerHeight - at.top + 4 }) }}
    >
      <div ref={list} id={id} role="listbox" aria-label="Suggestions" className="max-h-48 overflow-y-auto p-1">
        {items.map((item, index) => (
          <Option
            key={`${item.kind}${item.insert}`}
            id={`${id}-${index}`}
            item={item}
            isActive={index === active}
            onPoint={() => point(index)}
            onAccept={accept}
          />
        ))}
      </div>
      {current && (current.documentation !== undefined || current.kind === "function") && (
        <p className="border-line border-t px-3 py-2 text-xs">
          <code className="block truncate font-mono text-2xs text-ink-muted">{current.detail}</code>
          <span className="text-ink-faint">{current.documentation}</span>
        </p>
      )}
    </div>
  );
}

interface OptionProps {
  id: string;
  item: Completion;
  isActive: boolean;
  onPoint(): void;
  onAccept(item: Completion): void;
}

function Option({ id, item, isActive, onPoint, onAccept }: OptionProps) {
  const Kind = ICONS[item.kind];
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: its keys are those of the field, which keeps the focus
    <div
      id={id}
      role="option"
      tabIndex={-1}
      aria-selected={isActive}
      onPointerMove={onPoint}
      onMouseDown={(event) => event.preventDefault()}
      onClick={() => onAccept(item)}
      className={classes("flex h-7 cursor-pointer items-center gap-2 rounded-md px-2 text-xs", isActive && "bg-accent-soft")}
    >
      <Kind size={13} aria-hidden className={classes("shrink-0", isActive ? "text-accent" : "text-ink-faint")} />
      <span className="max-w-52 shrink-0 truncate">{item.label}</span>
      <span className="ml-auto min-w-0 truncate font-mono text-2xs text-ink-muted">{item.preview ?? (item.kind === "function" ? "" : item.detail)}</span>
    </div>
  );
}
