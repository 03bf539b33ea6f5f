import { type Json, pointer } from "#runtime/graph/json.ts";
import { FieldPeople } from "../text/field-people.tsx";
import { Field } from "../ui/field.tsx";
import { ExpressionMenu } from "./expression-menu.tsx";
import { ExpressionSwitch } from "./expression-switch.tsx";
import { FieldControl } from "./field-control.tsx";
import { useOpenedField } from "./field-to-open.ts";
import { type FormFieldsProps, useForm } from "./form-context.ts";
import type { FormField } from "./form-model.ts";
import { LargeEditor } from "./large-editor.tsx";
import { expressionMode } from "./text-language.ts";
import { isExpression } from "./typed-value.ts";
import { useFieldFocus } from "./use-field-focus.ts";

export type FormFieldRowProps = Omit<FormFieldsProps, "fields"> & { field: FormField };

/** Controls whose texts hold expressions. */
const TEXTS: ReadonlySet<FormField["control"]["type"]> = new Set(["text", "json", "list", "map", "object", "records"]);

/** One field: its label, who else is in it, what helps to fill it in, its control, and what is wrong. */
export function FormFieldRow({ field, values, path, onChange }: FormFieldRowProps) {
  const { id: form, errorsAt, readOnly, node } = useForm();
  const { control } = field;
  const at = path + pointer([field.name]);
  const id = `${form}${at}`.replaceAll(/[^A-Za-z0-9]+/g, "-");
  const errors = errorsAt(at);
  const value = Object.hasOwn(values, field.name) ? values[field.name] : undefined;
  const change = (next: Json | undefined) => onChange(field.name, next);
  const isFolded = control.type === "object" || control.type === "records";
  const isText = control.type === "text";
  const isLarge = (isText && control.multiline) || (control.type === "json" && !isExpression(value));
  const mode = isText ? expressionMode(control.language, field.expression) : field.expression ? "template" : undefined;
  const isJson = control.type === "json" && !isExpression(value);
  useOpenedField({ id, node, path: at });
  const focus = useFieldFocus({
    ...{ id, path: at, title: field.title, isJson, onChange: change },
    mode: readOnly ? undefined : mode,
    isText: TEXTS.has(control.type) || isExpression(value),
  });
  return (
    <div {...focus}>
      <Field
        label={field.title}
        {...(!isFolded && { htmlFor: id })}
        description={field.description}
        errors={errors}
        required={field.required}
        helpFirst={isFolded}
        inline={control.type === "boolean" && !isExpression(value)}
        aside={
          <span className="flex items-center gap-0.5">
            {node !== undefined && <FieldPeople node={node} field={at.slice(1)} />}
            {field.expression && !readOnly && !isFolded && !isText && <ExpressionSwitch field={field} value={value} onChange={change} />}
            {mode === "template" && !readOnly && !isFolded && <ExpressionMenu id={id} field={field} value={value} onChange={change} />}
            {isLarge && <LargeEditor field={field} id={`${id}-large`} path={at} value={value} onChange={change} invalid={errors.length > 0} />}
          </span>
        }
      >
        <FieldControl field={field} id={id} path={at} value={value} onChange={change} invalid={errors.length > 0} />
      </Field>
    </div>
  );
}
