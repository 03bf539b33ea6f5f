import type { ReactNode } from "react";

/** A part of what is said of an agent. */
export function CapabilityPart({ title, icon, text, children }: { title: string; icon?: ReactNode; text?: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="flex flex-col gap-1.5">
      <h3 className="flex items-center gap-1.5 font-medium text-sm">
        {icon}
        {title}
        {text !== undefined && <span className="font-normal text-ink-faint text-xs">{text}</span>}
      </h3>
      {children}
    </section>
  );
}

export function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-ink-muted">{name}</dt>
      <dd className="wrap-anywhere min-w-0">{children}</dd>
    </>
  );
}
