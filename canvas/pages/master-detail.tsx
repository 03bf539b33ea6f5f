import type { ReactNode } from "react";
import { classes } from "../ui/classes.ts";

export interface MasterDetailProps<Item> {
  label: string;
  items: readonly Item[];
  /** The id of the one shown; the first one otherwise. */
  chosen: string | null;
  onChoose(id: string): void;
  /** An item in the list. */
  row(item: Item): { icon: ReactNode; title: string; text: string };
  children(item: Item): ReactNode;
}

/** A list beside the one of its items that is looked at. */
export function MasterDetail<Item extends { id: string }>({ label, items, chosen, onChoose, row, children }: MasterDetailProps<Item>) {
  const shown = items.find(({ id }) => id === chosen) ?? items[0];
  return (
    <div className="grid min-h-0 flex-1 grid-cols-[16rem_minmax(0,1fr)] items-start gap-5 max-md:grid-cols-1">
      <ul aria-label={label} className="overflow-hidden rounded-lg border border-line bg-surface">
        {items.map((item) => {
          const { icon, title, text } = row(item);
          const isShown = item.id === shown?.id;
          return (
            <li key={item.id} className="border-line border-b last:border-b-0">
              <button
                type="button"
                aria-current={isShown}
                onClick={() => onChoose(item.id)}
                className={classes("flex w-full items-center gap-2.5 px-3 py-2.5 text-left", isShown ? "bg-accent-soft" : "hover:bg-hover")}
              >
                {icon}
                <span className="min-w-0 flex-1">
                  <span className="block truncate font-medium text-sm">{title}</span>
                  <span className={classes("block truncate text-xs", isShown ? "text-ink-muted" : "text-ink-faint")}>{text}</span>
                </span>
              </button>
            </li>
          );
        })}
      </ul>
      {shown && children(shown)}
    </div>
  );
}
