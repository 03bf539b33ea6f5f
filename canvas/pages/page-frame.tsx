import { type ReactNode, useEffect } from "react";

export interface PageFrameProps {
  title: string;
  /** What the page is for, in a sentence. */
  text: string;
  /** Beside the title. */
  actions?: ReactNode;
  /** Search and filters. */
  toolbar?: ReactNode;
  children: ReactNode;
}

/** A page with a title; its content scrolls as a whole. */
export function PageFrame({ title, text, actions, toolbar, children }: PageFrameProps) {
  useEffect(() => {
    document.title = `${title} · Heddle`;
  }, [title]);
  return (
    <div className="h-full overflow-y-auto">
      <div className="mx-auto flex min-h-full max-w-6xl flex-col gap-5 px-8 py-7 max-md:px-4">
        <header className="flex items-start gap-4">
          <div className="min-w-0 flex-1">
            <h1 className="font-semibold text-xl">{title}</h1>
            <p className="text-ink-muted text-sm">{text}</p>
          </div>
          {actions && <div className="flex shrink-0 gap-2">{actions}</div>}
        </header>
        {toolbar && <div className="flex flex-wrap items-center gap-2">{toolbar}</div>}
        {children}
      </div>
    </div>
  );
}

/** A box for what stands in a list's place: skeleton, error, nothing yet. */
export function ListBox({ children }: { children: ReactNode }) {
  return <div className="rounded-lg border border-line bg-surface">{children}</div>;
}
