import type { ReactNode } from "react";
import { classes } from "./classes.ts";

const TONES = {
  neutral: "bg-hover text-ink-muted",
  accent: "bg-accent-soft text-accent",
  danger: "bg-danger-soft text-danger",
  warning: "bg-warning-soft text-warning",
} as const;

/** A word or a number about what it stands beside. */
export function Badge({ tone = "neutral", children, title }: { tone?: keyof typeof TONES; children: ReactNode; title?: string }) {
  return (
    <span
      title={title}
      className={classes("inline-flex h-4.5 items-center gap-1 whitespace-nowrap rounded-sm px-1.5 font-medium text-2xs tabular-nums", TONES[tone])}
    >
      {children}
    </span>
  );
}
