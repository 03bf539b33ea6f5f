import type { ComponentProps, ReactNode } from "react";
import { classes } from "./classes.ts";
import { Spinner } from "./spinner.tsx";

const LOOKS = {
  primary: "bg-accent-fill text-on-accent enabled:hover:bg-accent-fill-hover disabled:bg-pressed disabled:text-ink-muted",
  secondary: "border border-line-strong bg-raised text-ink enabled:hover:bg-hover enabled:active:bg-pressed disabled:opacity-55",
  quiet: "text-ink-muted enabled:hover:bg-hover enabled:hover:text-ink enabled:active:bg-pressed disabled:opacity-55",
  danger: "bg-danger-fill text-white enabled:hover:brightness-90 disabled:bg-pressed disabled:text-ink-muted",
} as const;

const SIZES = { small: "h-6 gap-1 px-2 text-xs", medium: "h-7 gap-1.5 px-2.5 text-sm", large: "h-9 gap-2 px-3.5 text-sm" } as const;

export interface ButtonProps extends ComponentProps<"button"> {
  look?: keyof typeof LOOKS;
  size?: keyof typeof SIZES;
  icon?: ReactNode;
  /** Shows that its work is under way, and takes no more clicks. */
  busy?: boolean;
}

export function Button({ look = "secondary", size = "medium", icon, busy = false, className, children, disabled, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      disabled={disabled || busy}
      className={classes(
        "inline-flex shrink-0 select-none items-center justify-center whitespace-nowrap rounded-md font-medium transition-colors duration-(--quick)",
        "disabled:cursor-not-allowed",
        LOOKS[look],
        SIZES[size],
        className,
      )}
    >
      {busy ? <Spinner size={13} /> : icon}
      {children}
    </button>
  );
}
