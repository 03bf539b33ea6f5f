import { ArrowDown, ArrowUp, ChevronRight, Ellipsis, Trash2 } from "lucide-react";
import { useState } from "react";
import { createId } from "#runtime/graph/ids.ts";
import type { Json } from "#runtime/graph/json.ts";
import { classes } from "../ui/classes.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { Menu } from "../ui/menu.tsx";
import { AddButton } from "./add-button.tsx";
import { type ControlProps, type RecordEdits, useForm } from "./form-context.ts";
import type { FormField } from "./form-model.ts";

type Item = { id: string; [member: string]: Json };

/** A list of objects: add, edit, order, remove. What two people do at once to different items both stays. */
export function RecordsControl({ path, value, onChange, name, title, fields }: ControlProps & { name: string; title: string; fields: readonly FormField[] }) {
  const { readOnly, recordEdits } = useForm();
  const items = readItems(value);
  const edits = recordEdits?.(name) ?? wholeListEdits(items, onChange);
  const add = () => edits.add({ id: createId("item"), ...defaultsOf(fields) });
  return (
    <div className="flex flex-col gap-1.5">
      {items.map((item, index) => (
        <RecordRow
          key={item.id}
          item={item}
          path={`${path}/${index}`}
          fields={fields}
          edits={edits}
          neighbours={{ above: items[index - 1]?.id, below: items[index + 1]?.id, afterBelow: items[index + 2]?.id }}
        />
      ))}
      {items.length === 0 && readOnly && <p className="text-ink-faint text-xs">None</p>}
      {!readOnly && <AddButton onAdd={add}>{`Add ${singular(title)}`}</AddButton>}
    </div>
  );
}

interface RecordRowProps {
  item: Item;
  path: string;
  fields: readonly FormField[];
  edits: RecordEdits;
  neighbours: { above: string | undefined; below: string | undefined; afterBelow: string | undefined };
}

/** The first two fields in a line, the rest folded below. */
function RecordRow({ item, path, fields, edits, neighbours }: RecordRowProps) {
  const { readOnly, errorsAt, id: form, parts } = useForm();
  const [isOpen, setOpen] = useState(false);
  const line = fields.filter(({ control }) => ["text", "scalar", "choice", "number"].includes(control.type)).slice(0, 2);
  const rest = fields.filter((field) => !line.includes(field));
  const hasFoldedError = rest.some(({ name }) => errorsAt(`${path}/${name}`).length > 0);
  const errors = line.flatMap(({ name }) => errorsAt(`${path}/${name}`));
  const { above, below, afterBelow } = neighbours;
  const idOf = (member: string) => `${form}${path}-${member}`.replaceAll(/[^A-Za-z0-9]+/g, "-");
  return (
    <div className={classes("rounded-md border bg-raised/50 p-1", hasFoldedError ? "border-danger/60" : "border-line")}>
      <div className="flex items-center gap-1">
        {rest.length > 0 && (
          <button
            type="button"
            aria-label={isOpen ? "Less" : "More"}
            aria-expanded={isOpen}
            className="flex h-8 w-5 shrink-0 items-center justify-center rounded-sm text-ink-faint hover:text-ink"
            onClick={() => setOpen(!isOpen)}
          >
            <ChevronRight size={14} aria-hidden className={classes("transition-transform duration-(--quick)", isOpen && "rotate-90")} />
          </button>
        )}
        {line.map((field) => (
          <label key={field.name} htmlFor={idOf(field.name)} className="min-w-0 flex-1">
            <span className="sr-only">{field.title}</span>
            <parts.Control
              field={{ ...field, placeholder: field.placeholder ?? field.title }}
              id={idOf(field.name)}
              path={`${path}/${field.name}`}
              value={item[field.name]}
              onChange={(next) => edits.set(item.id, field.name, next)}
              invalid={errorsAt(`${path}/${field.name}`).length > 0}
            />
          </label>
        ))}
        {!readOnly && (
          <Menu
            trigger={<IconButton label="Actions" icon={<Ellipsis size={14} />} size="small" />}
            items={[
              { type: "action", label: "Move up", icon: <ArrowUp size={14} />, disabled: above === undefined, onSelect: () => edits.move(item.id, above) },
              {
                type: "action",
                label: "Move down",
                icon: <ArrowDown size={14} />,
                disabled: below === undefined,
                onSelect: () => edits.move(item.id, afterBelow),
              },
              { type: "separator", id: "remove" },
              { type: "action", label: "Remove", icon: <Trash2 size={14} />, danger: true, onSelect: () => edits.remove(item.id) },
            ]}
          />
        )}
      </div>
      {errors.map((message) => (
        <p key={message} role="alert" className="px-1 pt-1 text-danger text-xs">
          {message}
        </p>
      ))}
      {isOpen && (
        <div className="flex flex-col gap-3 px-1.5 pt-3 pb-2">
          <parts.Fields fields={rest} values={item} path={path} onChange={(member, next) => edits.set(item.id, member, next)} />
        </div>
      )}
    </div>
  );
}

function readItems(value: Json | undefined): Item[] {
  const isItem = (item: Json): item is Item => typeof item === "object" && item !== null && !Array.isArray(item) && typeof item.id === "string";
  return Array.isArray(value) ? value.filter(isItem) : [];
}

function wholeListEdits(items: readonly Item[], onChange: (value: Json) => void): RecordEdits {
  return {
    add: (record) => onChange([...items, record]),
    set: (id, member, value) => onChange(items.map((item) => (item.id === id ? withMember(item, member, value) : item))),
    remove: (id) => onChange(items.filter((item) => item.id !== id)),
    move: (id, before) => {
      const moved = items.filter((item) => item.id === id);
      const others = items.filter((item) => item.id !== id);
      const index = before === undefined ? others.length : others.findIndex((item) => item.id === before);
      onChange(others.toSpliced(index < 0 ? others.length : index, 0, ...moved));
    },
  };
}

function withMember(item: Item, member: string, value: Json | undefined): Item {
  const { [member]: _, ...rest } = item;
  return { ...rest, id: item.id, ...(value !== undefined && { [member]: value }) };
}

function defaultsOf(fields: readonly FormField[]): Record<string, Json> {
  return Object.fromEntries(fields.flatMap((field) => (field.default === undefined ? [] : [[field.name, structuredClone(field.default)]])));
}

/** "Fields" → "field": enough for the titles that lists have. */
function singular(title: string): string {
  const word = title.toLowerCase();
  if (word.endsWith("ies")) return `${word.slice(0, -3)}y`;
  return word.endsWith("s") ? word.slice(0, -1) : word;
}
