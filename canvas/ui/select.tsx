import { Check, ChevronDown } from "lucide-react";
import { Select as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { classes } from "./classes.ts";
import { useFieldText } from "./field-text.ts";
import { CONTROL } from "./input.tsx";

export interface SelectOption {
  value: string;
  label: string;
  detail?: string;
  icon?: ReactNode;
}

export interface SelectProps {
  id?: string;
  /** Undefined shows the placeholder. */
  value: string | undefined;
  options: readonly SelectOption[];
  onChange(value: string): void;
  placeholder?: string;
  label?: string;
  invalid?: boolean;
  disabled?: boolean;
  className?: string;
}

/** One of a few values. */
export function Select({ id, value, options, onChange, placeholder = "Choose…", label, invalid, disabled = false, className }: SelectProps) {
  const { describedBy, isWrong } = useFieldText(id);
  return (
    <Radix.Root value={value ?? ""} onValueChange={onChange} disabled={disabled}>
      <Radix.Trigger
        id={id}
        aria-label={label}
        aria-describedby={describedBy}
        aria-invalid={(invalid ?? isWrong) || undefined}
        className={classes(
          CONTROL,
          "flex h-8 items-center justify-between gap-2 text-left data-placeholder:text-ink-faint",
          (invalid ?? isWrong) ? "border-danger/60" : "border-line hover:border-line-strong",
          className,
        )}
      >
        <span className="truncate">
          <Radix.Value placeholder={placeholder} />
        </span>
        <ChevronDown size={14} className="shrink-0 text-ink-faint" aria-hidden />
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          position="popper"
          sideOffset={4}
          collisionPadding={8}
          className="z-50 max-h-80 min-w-(--radix-select-trigger-width) max-w-96 animate-rise overflow-hidden rounded-lg bg-overlay p-1 shadow-overlay"
        >
          <Radix.Viewport>
            {options.map((option) => (
              <Option key={option.value} option={option} />
            ))}
          </Radix.Viewport>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

function Option({ option }: { option: SelectOption }) {
  return (
    <Radix.Item
      value={option.value}
      className="flex cursor-pointer select-none items-center gap-2 rounded-md py-1.5 pr-2 pl-2 text-sm outline-none data-highlighted:bg-hover"
    >
      {option.icon}
      <span className="min-w-0 flex-1">
        <span className="block truncate">
          <Radix.ItemText>{option.label}</Radix.ItemText>
        </span>
        {option.detail && <span className="line-clamp-2 text-ink-faint text-xs">{option.detail}</span>}
      </span>
      <Radix.ItemIndicator>
        <Check size={14} className="text-accent" aria-hidden />
      </Radix.ItemIndicator>
    </Radix.Item>
  );
}
