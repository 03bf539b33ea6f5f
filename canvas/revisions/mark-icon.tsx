import { Minus, Move, Pencil, Plus, Search } from "lucide-react";
import type { Mark } from "../board/marks.ts";
import { classes } from "../ui/classes.ts";

const ICONS = { added: Plus, removed: Minus, changed: Pencil, moved: Move, found: Search } as const;
const TONES: Readonly<Record<Mark["kind"], string>> = {
  added: "text-succeeded",
  removed: "text-failed",
  changed: "text-waiting",
  moved: "text-running",
  found: "text-accent",
};

/** How something differs, as a sign. The words stand beside it. */
export function MarkIcon({ kind, size = 14 }: { kind: Mark["kind"]; size?: number }) {
  const Icon = ICONS[kind];
  return <Icon size={size} aria-hidden className={classes("mt-0.5 shrink-0", TONES[kind])} />;
}
