import { useId } from "react";
import { Input } from "./input.tsx";

export interface DayInputProps {
  label: string;
  /** As date inputs write it; empty: no day. */
  value: string;
  onChange(day: string): void;
  min?: string;
  max?: string;
}

/** One end of a time, such as that of a filter. */
export function DayInput({ label, value, onChange, ...range }: DayInputProps) {
  const id = useId();
  return (
    <span className="flex items-center gap-1.5">
      <label htmlFor={id} className="text-ink-muted text-xs">
        {label}
      </label>
      <Input id={id} type="date" className="w-36!" value={value} {...range} onChange={(event) => onChange(event.target.value)} />
    </span>
  );
}
