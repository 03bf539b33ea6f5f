import { Plus, X } from "lucide-react";
import type { Json } from "#runtime/graph/json.ts";
import { Button } from "../ui/button.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { Input } from "../ui/input.tsx";
import { type ControlProps, useForm } from "./form-context.ts";
import { toTyped } from "./typed-value.ts";

/** A list of texts. */
export function TextsControl({ id, value, onChange, title }: ControlProps & { title: string }) {
  const { readOnly } = useForm();
  const items: readonly Json[] = Array.isArray(value) ? value : [];
  return (
    <div className="flex flex-col gap-1.5">
      {items.map((item, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: texts have no identity but their place
        <div key={index} className="flex items-center gap-1">
          <Input
            {...(index === 0 && { id })}
            aria-label={`${title} ${index + 1}`}
            value={toTyped(item)}
            readOnly={readOnly}
            onChange={(event) => onChange(items.with(index, event.target.value))}
          />
          {!readOnly && <IconButton label="Remove" icon={<X size={14} />} size="small" onClick={() => onChange(items.toSpliced(index, 1))} />}
        </div>
      ))}
      {!readOnly && (
        <AddButton {...(items.length === 0 && { id })} onAdd={() => onChange([...items, ""])}>
          Add
        </AddButton>
      )}
    </div>
  );
}

/** Texts by name. */
export function MapControl({ id, value, onChange, title }: ControlProps & { title: string }) {
  const { readOnly } = useForm();
  const entries: readonly [string, Json][] = typeof value === "object" && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
  const write = (next: readonly [string, Json][]) => onChange(Object.fromEntries(next));
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
            onChange={(event) => entries.some(([other]) => other === event.target.value) || write(entries.with(index, [event.target.value, text]))}
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
      {!readOnly && (
        <AddButton {...(entries.length === 0 && { id })} onAdd={() => entries.some(([name]) => name === "") || write([...entries, ["", ""]])}>
          Add
        </AddButton>
      )}
    </div>
  );
}

export function AddButton({ id, onAdd, children }: { id?: string; onAdd(): void; children: string }) {
  return (
    <Button {...(id !== undefined && { id })} look="quiet" size="small" icon={<Plus size={13} aria-hidden />} className="self-start" onClick={onAdd}>
      {children}
    </Button>
  );
}
