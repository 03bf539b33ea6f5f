import { type ReactNode, useId } from "react";

export interface SectionProps {
  title: string;
  text?: ReactNode;
  /** Beside the title. */
  actions?: ReactNode;
  /** Search and filters. */
  toolbar?: ReactNode;
  children?: ReactNode;
}

/** A part of a page with a title of its own. */
export function Section({ title, text, actions, toolbar, children }: SectionProps) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="flex flex-col gap-3">
      <header className="flex items-start gap-4">
        <div className="min-w-0 flex-1">
          <h2 id={id} className="font-semibold text-base">
            {title}
          </h2>
          {text && <p className="text-ink-muted text-sm">{text}</p>}
        </div>
        {actions && <div className="flex shrink-0 gap-2">{actions}</div>}
      </header>
      {toolbar && <div className="flex flex-wrap items-center gap-2">{toolbar}</div>}
      {children}
    </section>
  );
}

/** A box around what belongs together. */
export function Card({ children }: { children: ReactNode }) {
  return <div className="flex flex-col gap-4 rounded-lg border border-line bg-surface p-4">{children}</div>;
}
