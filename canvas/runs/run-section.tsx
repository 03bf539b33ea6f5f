import { ChevronRight } from "lucide-react";
import { type ReactNode, useState } from "react";
import { classes } from "../ui/classes.ts";

export interface RunSectionProps {
  title: string;
  /** Beside the title, such as a count. */
  aside?: ReactNode;
  startsOpen?: boolean;
  children: ReactNode;
}

/** A part of a panel that can be folded away. */
export function RunSection({ title, aside, startsOpen = true, children }: RunSectionProps) {
  const [isOpen, setOpen] = useState(startsOpen);
  return (
    <section aria-label={title} className="border-line border-t first:border-t-0">
      <h3>
        <button
          type="button"
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
          className="flex h-9 w-full items-center gap-1.5 px-4 text-left font-medium text-ink-muted text-xs hover:text-ink"
        >
          <ChevronRight size={13} aria-hidden className={classes("-ml-0.5 transition-transform duration-(--quick)", isOpen && "rotate-90")} />
          {title}
          {aside !== undefined && <span className="ml-auto font-normal text-ink-faint tabular-nums">{aside}</span>}
        </button>
      </h3>
      {isOpen && <div className="px-4 pb-4">{children}</div>}
    </section>
  );
}
