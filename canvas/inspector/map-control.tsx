import { X } from "lucide-react";
import { useState } from "react";
import { FORBIDDEN_KEYS, type Json } from "#runtime/graph/json.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { Input } from "../ui/input.tsx";
import { AddButton } from "./add-button.tsx";
import { type ControlProps, useForm } from "./form-context.ts";
import { toTyped } from "./typed-value.ts";

/** Texts by name. */
export function MapControl({ id, value, onChange, title }: ControlProps & { title: string }) {
  const { readOnly } = useForm();
  const entries: readonly [string, Json][] = typeof value === "object" && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
  const [refused, setRefused] = useState<string | undefined>(undefined);
  const write = (next: readonly [string, Json][]) => {
    setRefused(undefined);
    onChange(Object.fromEntries(next));
  };
  const rename = (index: number, [name, text]: [string, Json]) => {
    if (FORBIDDEN_KEYS.has(name)) setRefused(name);
    else if (!entries.some(([other]) => other === name)) write(entries.with(index, [name, text]));
  };
  return (
    <div className="flex flex-col gap-1.5">
      {entries.map(([name, text], index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the name is what is being typed
        <div key={index} className="flex items-center gap-1">
          <Input
            {...(index === 0 && { id })}
            aria-label={`${title}: name ${index + 1}`}
            value={name}
            readOnly={readOnly}
            placeholder="Name"
            onChange={(event) => rename(index, [event.target.value, text])}
          />
          <Input
            aria-label={`${title}: value ${index + 1}`}
            value={toTyped(text)}
            readOnly={readOnly}
            placeholder="Value"
            onChange={(event) => write(entries.with(index, [name, event.target.value]))}
          />
          {!readOnly && <IconButton label="Remove" icon={<X size={14} />} size="small" onClick={() => write(entries.toSpliced(index, 1))} />}
        </div>
      ))}
      {refused !== undefined && (
        <p role="alert" className="text-danger text-xs">
          Nothing can be named “{refused}”: choose another name.
        </p>
      )}
      {!readOnly && (
        <AddButton {...(entries.length === 0 && { id })} onAdd={() => entries.some(([name]) => name === "") || write([...entries, ["", ""]])}>
          Add
        </AddButton>
      )}
    </div>
  );
}
