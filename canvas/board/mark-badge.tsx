import { ArrowUpRight, type LucideIcon, Minus, PencilLine, Plus, Search } from "lucide-react";
import { classes } from "../ui/classes.ts";
import type { Mark } from "./marks.ts";

const ICONS: Readonly<Record<Mark["kind"], LucideIcon>> = { added: Plus, removed: Minus, changed: PencilLine, moved: ArrowUpRight, found: Search };

/** What a mark says, in words and with a sign of its own: a colour alone would not do. */
export function MarkBadge({ mark, className }: { mark: Mark; className?: string }) {
  const Icon = ICONS[mark.kind];
  return (
    <span data-mark={mark.kind} className={classes("mark-badge", className)}>
      <Icon size={11} strokeWidth={2.5} aria-hidden />
      <span className="truncate">{mark.text}</span>
    </span>
  );
}
