import { Search, X } from "lucide-react";
import { classes } from "./classes.ts";
import { Input } from "./input.tsx";

export interface SearchInputProps {
  label: string;
  placeholder: string;
  value: string;
  onChange(text: string): void;
  className?: string;
}

export function SearchInput({ label, placeholder, value, onChange, className }: SearchInputProps) {
  return (
    <div className={classes("relative", className)}>
      <Search size={14} aria-hidden className="pointer-events-none absolute top-2.25 left-2.5 text-ink-faint" />
      <Input
        aria-label={label}
        placeholder={placeholder}
        maxLength={200}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape" || value === "") return;
          event.stopPropagation();
          onChange("");
        }}
        className="pr-8 pl-8"
      />
      {value !== "" && (
        <button
          type="button"
          aria-label="Clear the search"
          onClick={() => onChange("")}
          className="absolute top-1 right-1 flex size-6 items-center justify-center rounded-sm text-ink-faint hover:text-ink"
        >
          <X size={13} aria-hidden />
        </button>
      )}
    </div>
  );
}
