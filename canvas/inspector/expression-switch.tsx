import { SquareFunction } from "lucide-react";
import type { Json } from "#runtime/graph/json.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { asExpression, asFixed } from "./fixed-or-expression.ts";
import type { FormField } from "./form-model.ts";
import { isExpression } from "./typed-value.ts";

/** Changes between a fixed value and an expression that yields one; what can be taken over is. */
export function ExpressionSwitch({ field, value, onChange }: { field: FormField; value: Json | undefined; onChange(value: Json | undefined): void }) {
  const isOn = isExpression(value);
  return (
    <IconButton
      label={isOn ? "Use a fixed value" : "Use an expression"}
      aria-pressed={isOn}
      icon={<SquareFunction size={14} />}
      size="small"
      active={isOn}
      side="left"
      className="-my-1"
      onClick={() => onChange(isOn ? asFixed(value, field.default) : asExpression(value ?? field.default))}
    />
  );
}
