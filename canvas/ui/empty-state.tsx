import type { ReactNode } from "react";

export interface EmptyStateProps {
  icon?: ReactNode;
  title: string;
  /** What it is good for, or what went wrong and what to do. */
  text?: ReactNode;
  actions?: ReactNode;
}

export function EmptyState({ icon, title, text, actions }: EmptyStateProps) {
  return (
    <div className="flex h-full min-h-40 flex-col items-center justify-center gap-2 px-6 py-10 text-center">
      {icon && <div className="mb-1 flex size-10 items-center justify-center rounded-lg border border-line bg-raised text-ink-muted">{icon}</div>}
      <h2 className="font-medium text-base">{title}</h2>
      {text && <p className="max-w-sm text-ink-muted text-sm">{text}</p>}
      {actions && <div className="mt-2 flex gap-2">{actions}</div>}
    </div>
  );
}
