import { Braces } from "lucide-react";
import type { Json } from "#runtime/graph/json.ts";
import { isPlainField } from "../text/field-edits.ts";
import { insertSource } from "../text/insertion.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { Menu, type MenuItem } from "../ui/menu.tsx";
import { useForm } from "./form-context.ts";
import type { FormField } from "./form-model.ts";
import { isExpression } from "./typed-value.ts";

export interface ExpressionMenuProps {
  /** Of the control the expression goes into. */
  id: string;
  field: FormField;
  value: Json | undefined;
  onChange(value: Json | undefined): void;
}

const MAX_SHOWN = 40;

/** Offers what an expression may read, and puts it where the caret is. */
export function ExpressionMenu({ id, field, value, onChange }: ExpressionMenuProps) {
  const { readables } = useForm();
  const isJson = field.control.type === "json" && !isExpression(value);
  const isText = field.control.type === "text" || isJson || isExpression(value);
  const put = (source: string) => {
    const control = document.getElementById(id);
    if (isText && isPlainField(control)) insertSource(control, source, { mode: "template", isJson });
    else onChange(`{{ ${source} }}`);
  };
  const items: MenuItem[] = readables
    .slice(0, MAX_SHOWN)
    .map(({ from, name, source }) => ({ type: "action", label: `${from} › ${name}`, onSelect: () => put(source) }));
  if (items.length === 0) items.push({ type: "action", label: "Empty expression", onSelect: () => put("") });
  return <Menu trigger={<IconButton label="Insert a value {{ }}" icon={<Braces size={13} />} size="small" side="left" className="-my-1" />} items={items} />;
}
