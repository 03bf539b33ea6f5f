import type { ComponentProps } from "react";
import { classes } from "./classes.ts";
import { useFieldText } from "./field-text.ts";

export const CONTROL =
  "w-full rounded-md border bg-sunken px-2 text-ink text-sm transition-colors duration-(--quick) placeholder:text-ink-faint focus:outline-none focus-visible:outline-none disabled:cursor-not-allowed disabled:opacity-60";
const PLAIN = "border-line hover:border-line-strong focus:border-accent focus:ring-2 focus:ring-accent-soft";
const WRONG = "border-danger/60 focus:border-danger focus:ring-2 focus:ring-danger-soft";

export interface InputProps extends ComponentProps<"input"> {
  /** For a control without a field: one with errors says so by itself. */
  invalid?: boolean;
  mono?: boolean;
}

export function Input({ invalid, mono = false, className, ...rest }: InputProps) {
  const { describedBy, isWrong } = useFieldText(rest.id);
  return (
    <input
      type="text"
      spellCheck={false}
      autoComplete="off"
      aria-describedby={describedBy}
      {...rest}
      aria-invalid={(invalid ?? isWrong) || undefined}
      className={classes(CONTROL, (invalid ?? isWrong) ? WRONG : PLAIN, "h-8", mono && "font-mono text-xs", className)}
    />
  );
}

export interface TextAreaProps extends ComponentProps<"textarea"> {
  /** For a control without a field: one with errors says so by itself. */
  invalid?: boolean;
  mono?: boolean;
}

/** Text of several lines; grows with what is in it up to its `max-h`. */
export function TextArea({ invalid, mono = false, className, ...rest }: TextAreaProps) {
  const { describedBy, isWrong } = useFieldText(rest.id);
  return (
    <textarea
      spellCheck={false}
      aria-describedby={describedBy}
      rows={3}
      {...rest}
      aria-invalid={(invalid ?? isWrong) || undefined}
      className={classes(
        CONTROL,
        (invalid ?? isWrong) ? WRONG : PLAIN,
        "field-sizing-content max-h-96 min-h-16 resize-y py-1.5",
        mono && "font-mono text-xs leading-5",
        className,
      )}
    />
  );
}
