import { classes } from "../ui/classes.ts";

export interface ChoiceOption {
  value: string;
  label: string;
  /** What comes of it. */
  text?: string | undefined;
}

export interface ChoiceListProps {
  label: string;
  options: readonly ChoiceOption[];
  value: string | undefined;
  onChange(value: string): void;
}

/** One of a few choices, each with what comes of it. */
export function ChoiceList({ label, options, value, onChange }: ChoiceListProps) {
  return (
    <div role="radiogroup" aria-label={label} className="flex flex-col gap-1.5">
      {options.map((option) => (
        <label
          key={option.value}
          className={classes(
            "flex cursor-pointer gap-2.5 rounded-md border px-3 py-2 transition-colors duration-(--quick)",
            option.value === value ? "border-accent bg-accent-soft" : "border-line hover:border-line-strong hover:bg-hover",
          )}
        >
          <input
            type="radio"
            name={label}
            className="mt-1 self-start accent-(--accent-fill)"
            checked={option.value === value}
            onChange={() => onChange(option.value)}
          />
          <span>
            <span className="block font-medium text-sm">{option.label}</span>
            {option.text && <span className="block text-ink-muted text-xs">{option.text}</span>}
          </span>
        </label>
      ))}
    </div>
  );
}
