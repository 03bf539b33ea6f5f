import type { ComponentProps, ReactNode } from "react";
import { classes } from "./classes.ts";
import { Tooltip } from "./tooltip.tsx";

export interface IconButtonProps extends Omit<ComponentProps<"button">, "children"> {
  /** What it does, in a word or two: its accessible name and its tooltip. */
  label: string;
  icon: ReactNode;
  /** Shown in the tooltip, such as "Ctrl+Z". */
  keys?: string;
  active?: boolean;
  size?: "small" | "medium";
  side?: "top" | "right" | "bottom" | "left";
}

/** A button that is an icon. */
export function IconButton({ label, icon, keys, active = false, size = "medium", side = "bottom", className, ...rest }: IconButtonProps) {
  return (
    <Tooltip text={label} side={side} {...(keys !== undefined && { keys })}>
      <button
        type="button"
        aria-label={label}
        {...rest}
        className={classes(
          "inline-flex shrink-0 items-center justify-center rounded-md transition-colors duration-(--quick) disabled:cursor-not-allowed disabled:opacity-40",
          size === "small" ? "size-6" : "size-7",
          active ? "bg-accent-soft text-accent" : "text-ink-muted enabled:hover:bg-hover enabled:hover:text-ink enabled:active:bg-pressed",
          className,
        )}
      >
        {icon}
      </button>
    </Tooltip>
  );
}
