import { ChevronRight } from "lucide-react";
import { type ReactNode, useId, useState } from "react";
import { classes } from "../ui/classes.ts";

export interface FoldedLineProps {
  icon?: ReactNode;
  title: ReactNode;
  text?: string | undefined;
  /** Shown when it is opened. */
  children: ReactNode;
}

/** A line of a list that opens. */
export function FoldedLine({ icon, title, text, children }: FoldedLineProps) {
  const [isOpen, setOpen] = useState(false);
  const content = useId();
  return (
    <>
      <button
        type="button"
        aria-expanded={isOpen}
        aria-controls={content}
        onClick={() => setOpen(!isOpen)}
        className="flex w-full items-start gap-2.5 px-4 py-2.5 text-left hover:bg-hover"
      >
        <ChevronRight
          size={14}
          aria-hidden
          className={classes("mt-1 shrink-0 text-ink-faint transition-transform duration-(--quick)", isOpen && "rotate-90")}
        />
        {icon && <span className="mt-1 shrink-0 text-ink-faint">{icon}</span>}
        <span className="min-w-0 flex-1">
          {title}
          {text && <span className={classes("block text-ink-muted text-xs", !isOpen && "truncate")}>{text}</span>}
        </span>
      </button>
      {isOpen && (
        <div id={content} className={classes("flex flex-col gap-4 px-4 pt-1 pb-4", icon ? "pl-16" : "pl-10.5")}>
          {children}
        </div>
      )}
    </>
  );
}

/** What something is called for people and, where that differs, for programs. */
export function LineTitle({ title, detail }: { title: string; detail?: string | undefined }) {
  return (
    <span className="flex items-baseline gap-2">
      <span className="shrink-0 font-medium text-sm">{title}</span>
      {detail && <code className="min-w-0 truncate text-ink-faint text-xs">{detail}</code>}
    </span>
  );
}
