import { CircleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { classes } from "./classes.ts";
import { FieldText } from "./field-text.ts";

export interface FieldProps {
  label: ReactNode;
  /** The id of the control. */
  htmlFor?: string;
  description?: string | undefined;
  /** What is wrong with its value. */
  errors?: readonly string[];
  /** Beside the label, such as a badge or a button. */
  aside?: ReactNode;
  required?: boolean;
  /** Label and control side by side, for switches. */
  inline?: boolean;
  /** Help before the control, where the control is long. */
  helpFirst?: boolean;
  children: ReactNode;
}

/** A control with its label, help and what is wrong. */
export function Field({ label, htmlFor, description, errors = [], aside, required = false, inline = false, helpFirst = false, children }: FieldProps) {
  const help = description && htmlFor !== undefined ? `${htmlFor}-help` : undefined;
  const wrong = errors.length > 0 && htmlFor !== undefined ? `${htmlFor}-wrong` : undefined;
  const ids = [wrong, help].filter(Boolean).join(" ") || undefined;
  const control = <FieldText value={{ control: htmlFor, ids, isWrong: errors.length > 0 }}>{children}</FieldText>;
  return (
    <div className="flex flex-col gap-1.5">
      <div className={classes("flex items-center gap-2", inline ? "min-h-6 justify-between" : "min-h-4")}>
        <label htmlFor={htmlFor} className="font-medium text-ink-muted text-xs">
          {label}
          {required && (
            <span className="ml-0.5 text-danger" title="Required">
              *
            </span>
          )}
        </label>
        {aside && <div className="ml-auto">{aside}</div>}
        {inline && control}
      </div>
      {helpFirst && <Help id={help} text={description} />}
      {!inline && control}
      {errors.length > 0 && (
        <div id={wrong} className="flex flex-col gap-1.5">
          {errors.map((message) => (
            <p key={message} role="alert" className="flex gap-1.5 text-danger text-xs">
              <CircleAlert size={13} className="mt-px shrink-0" aria-hidden />
              <span className="wrap-anywhere">{message}</span>
            </p>
          ))}
        </div>
      )}
      {!helpFirst && <Help id={help} text={description} />}
    </div>
  );
}

/** Help text; what stands in backticks is code. */
function Help({ id, text }: { id: string | undefined; text: string | undefined }) {
  if (!text) return null;
  const parts = text.split("`");
  return (
    <p id={id} className="wrap-anywhere text-ink-faint text-xs">
      {parts.map((part, index) =>
        index % 2 === 1 && index < parts.length - 1 ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a fixed text
          <code key={index} className="rounded-sm bg-hover px-1 font-mono text-2xs text-ink-muted">
            {part}
          </code>
        ) : (
          part
        ),
      )}
    </p>
  );
}
