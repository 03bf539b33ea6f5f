import { Braces } from "lucide-react";
import type { Json } from "#runtime/graph/json.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { Menu, type MenuItem } from "../ui/menu.tsx";
import { useForm } from "./form-context.ts";
import type { FormField } from "./form-model.ts";
import { isExpression, toTyped } from "./typed-value.ts";

export interface ExpressionMenuProps {
  /** Of the control the expression goes into. */
  id: string;
  field: FormField;
  value: Json | undefined;
  onChange(value: Json | undefined): void;
}

/** Offers what an expression may read, and puts it where the caret is. */
export function ExpressionMenu({ id, field, value, onChange }: ExpressionMenuProps) {
  const { readables } = useForm();
  const isText = field.control.type === "text" || isExpression(value);
  const put = (source: string) => onChange(isText ? inserted(id, toTyped(value), `{{ ${source} }}`) : `{{ ${source} }}`);
  const items: MenuItem[] = readables.map(({ from, name, source }) => ({ type: "action", label: `${from} › ${name}`, onSelect: () => put(source) }));
  if (items.length === 0) items.push({ type: "action", label: "Empty expression", onSelect: () => put("") });
  if (isExpression(value) && field.control.type !== "text") {
    items.push({ type: "separator", id: "plain" }, { type: "action", label: "Use a plain value", onSelect: () => onChange(field.default) });
  }
  return (
    <Menu
      trigger={<IconButton label="Insert a value {{ }}" icon={<Braces size={13} />} size="small" active={isExpression(value)} side="left" className="-my-1" />}
      items={items}
    />
  );
}

function inserted(id: string, text: string, addition: string): string {
  const control = document.getElementById(id);
  const isControl = control instanceof HTMLInputElement || control instanceof HTMLTextAreaElement;
  const start = (isControl ? control.selectionStart : null) ?? text.length;
  const end = (isControl ? control.selectionEnd : null) ?? text.length;
  return text.slice(0, start) + addition + text.slice(end);
}
