import { useState } from "react";
import type { Json } from "#runtime/graph/json.ts";
import { Input } from "../ui/input.tsx";
import { type ControlProps, useForm } from "./form-context.ts";
import { toTyped } from "./typed-value.ts";

export interface TypedControlProps extends ControlProps {
  /** What typed text means. */
  read(typed: string): Json | undefined;
  numeric?: boolean;
  placeholder?: string;
}

/** One line whose text means a value. While it has the focus it shows what was typed ("1.50"), then the value ("1.5"). */
export function TypedControl({ id, value, onChange, invalid, read, numeric = false, placeholder }: TypedControlProps) {
  const { readOnly } = useForm();
  const [draft, setDraft] = useState<string | undefined>(undefined);
  const isCurrent = draft !== undefined && JSON.stringify(read(draft)) === JSON.stringify(value);
  return (
    <Input
      id={id}
      value={isCurrent ? draft : toTyped(value)}
      invalid={invalid}
      placeholder={placeholder}
      readOnly={readOnly}
      inputMode={numeric ? "decimal" : "text"}
      className={numeric ? "tabular-nums" : ""}
      onChange={(event) => {
        setDraft(event.target.value);
        onChange(read(event.target.value));
      }}
      onBlur={() => setDraft(undefined)}
    />
  );
}
