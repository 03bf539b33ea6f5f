import { X } from "lucide-react";
import type { ReactNode } from "react";
import { classes } from "./classes.ts";
import { IconButton } from "./icon-button.tsx";

export interface PanelProps {
  title: ReactNode;
  /** Its accessible name. */
  label: string;
  /** Beside the title. */
  aside?: ReactNode;
  onClose?(): void;
  className?: string;
  children: ReactNode;
}

/** A part of the page with a title of its own. Its content brings its own padding and scrolling. */
export function Panel({ title, label, aside, onClose, className, children }: PanelProps) {
  return (
    <section aria-label={label} className={classes("flex min-h-0 flex-col bg-surface", className)}>
      <header className="flex h-11 shrink-0 items-center gap-2 border-line border-b pr-2 pl-4">
        <h2 className="min-w-0 flex-1 truncate font-medium text-sm">{title}</h2>
        {aside}
        {onClose && <IconButton label="Close" icon={<X size={15} />} size="small" onClick={onClose} />}
      </header>
      {children}
    </section>
  );
}
