import { ArrowDown, ArrowUp, Ellipsis, Trash2 } from "lucide-react";
import type { KeyboardEvent } from "react";
import type { Json } from "#runtime/graph/json.ts";
import { announce } from "../ui/announce.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { Menu } from "../ui/menu.tsx";
import { AddButton } from "./add-button.tsx";
import { type ControlProps, useForm } from "./form-context.ts";
import type { Control } from "./form-model.ts";

/** A list of single values: texts, numbers, choices. Alt+Up and Alt+Down move the one that has the focus. */
export function ListControl({ id, path, value, onChange, title, item: control }: ControlProps & { title: string; item: Control }) {
  const { readOnly, parts, errorsAt } = useForm();
  const items: readonly Json[] = Array.isArray(value) ? value : [];
  const idOf = (index: number) => (index === 0 ? id : `${id}-${index}`);
  const move = (from: number, to: number) => {
    const moved = items[from];
    if (moved === undefined || to < 0 || to >= items.length) return;
    onChange(items.toSpliced(from, 1).toSpliced(to, 0, moved));
    announce(`Moved to place ${to + 1} of ${items.length}.`);
    document.getElementById(idOf(to))?.focus();
  };
  const onKeyDown = (event: KeyboardEvent, index: number) => {
    if (!event.altKey || readOnly || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
    event.preventDefault();
    move(index, event.key === "ArrowUp" ? index - 1 : index + 1);
  };
  return (
    <div className="flex flex-col gap-1.5">
      {items.map((item, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: single values have no identity but their place
        <fieldset key={index} aria-label={`${title} ${index + 1}`} className="flex min-w-0 items-start gap-1" onKeyDown={(event) => onKeyDown(event, index)}>
          <label htmlFor={idOf(index)} className="min-w-0 flex-1">
            <span className="sr-only">{`${title} ${index + 1}`}</span>
            <parts.Control
              field={{ name: String(index), title: `${title} ${index + 1}`, required: false, expression: false, advanced: false, control }}
              id={idOf(index)}
              path={`${path}/${index}`}
              value={item}
              onChange={(next) => onChange(items.with(index, next ?? ""))}
              invalid={errorsAt(`${path}/${index}`).length > 0}
            />
          </label>
          {!readOnly && (
            <Menu
              trigger={<IconButton label={`Actions of ${title} ${index + 1}`} icon={<Ellipsis size={14} />} size="small" className="mt-1" />}
              items={[
                {
                  type: "action",
                  label: "Move up",
                  icon: <ArrowUp size={14} />,
                  keys: "Alt+Up",
                  disabled: index === 0,
                  onSelect: () => move(index, index - 1),
                },
                {
                  type: "action",
                  label: "Move down",
                  icon: <ArrowDown size={14} />,
                  keys: "Alt+Down",
                  disabled: index === items.length - 1,
                  onSelect: () => move(index, index + 1),
                },
                { type: "separator", id: "remove" },
                { type: "action", label: "Remove", icon: <Trash2 size={14} />, danger: true, onSelect: () => onChange(items.toSpliced(index, 1)) },
              ]}
            />
          )}
        </fieldset>
      ))}
      {!readOnly && (
        <AddButton {...(items.length === 0 && { id })} onAdd={() => onChange([...items, firstOf(control)])}>
          Add
        </AddButton>
      )}
    </div>
  );
}

function firstOf(control: Control): Json {
  if (control.type === "choice") return control.options[0] ?? "";
  return control.type === "number" ? (control.minimum ?? 0) : "";
}
