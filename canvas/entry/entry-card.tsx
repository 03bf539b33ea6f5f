import { type ReactNode, useEffect } from "react";
import { Logo } from "../app/logo.tsx";
import { classes } from "../ui/classes.ts";

export interface EntryCardProps {
  title: string;
  text?: ReactNode;
  /** Below the card: other ways to go on. */
  foot?: ReactNode;
  wide?: boolean;
  children?: ReactNode;
}

/** One thing to do, in the middle of the page. */
export function EntryCard({ title, text, foot, wide = false, children }: EntryCardProps) {
  useEffect(() => {
    document.title = `${title} · Heddle`;
  }, [title]);
  return (
    <main className={classes("mx-auto flex min-h-full flex-col justify-center gap-5 px-4 py-10", wide ? "max-w-2xl" : "max-w-sm")}>
      <p className="flex items-center justify-center gap-2 font-semibold text-lg">
        <Logo size={26} /> Heddle
      </p>
      <section className="flex flex-col gap-4 rounded-xl border border-line bg-surface p-6 shadow-card">
        <header>
          <h1 className="wrap-anywhere font-semibold text-lg">{title}</h1>
          {text && <div className="mt-1 text-ink-muted text-sm">{text}</div>}
        </header>
        {children}
      </section>
      {foot && <div className="text-center text-ink-muted text-sm">{foot}</div>}
    </main>
  );
}
