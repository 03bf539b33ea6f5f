import { ChevronRight } from "lucide-react";
import { type Json, pointer } from "#runtime/graph/json.ts";
import { Field } from "../ui/field.tsx";
import { ExpressionMenu } from "./expression-menu.tsx";
import { FieldControl } from "./field-control.tsx";
import { type FormFieldsProps, useForm } from "./form-context.ts";
import type { FormField } from "./form-model.ts";
import { LargeEditor } from "./large-editor.tsx";
import { isExpression } from "./typed-value.ts";

/** The fields of an object, one below the other; the rarely needed ones folded away. */
export function FormFields({ fields, ...rest }: FormFieldsProps) {
  const usual = fields.filter(({ advanced }) => !advanced);
  const advanced = fields.filter((field) => field.advanced);
  return (
    <>
      {usual.map((field) => (
        <FormFieldRow key={field.name} field={field} {...rest} />
      ))}
      {advanced.length > 0 && (
        <details className="group">
          <summary className="flex list-none items-center gap-1 rounded-sm py-1 font-medium text-ink-muted text-xs hover:text-ink">
            <ChevronRight size={13} aria-hidden className="transition-transform duration-(--quick) group-open:rotate-90" />
            More
          </summary>
          <div className="flex flex-col gap-4 pt-3">
            {advanced.map((field) => (
              <FormFieldRow key={field.name} field={field} {...rest} />
            ))}
          </div>
        </details>
      )}
    </>
  );
}

function FormFieldRow({ field, values, path, onChange }: Omit<FormFieldsProps, "fields"> & { field: FormField }) {
  const { id: form, errorsAt, readOnly } = useForm();
  const at = path + pointer([field.name]);
  const id = `${form}${at}`.replaceAll(/[^A-Za-z0-9]+/g, "-");
  const errors = errorsAt(at);
  const value = Object.hasOwn(values, field.name) ? values[field.name] : undefined;
  const change = (next: Json | undefined) => onChange(field.name, next);
  const isFolded = field.control.type === "object" || field.control.type === "records";
  return (
    <Field
      label={field.title}
      {...(!isFolded && { htmlFor: id })}
      description={field.description}
      errors={errors}
      required={field.required}
      helpFirst={isFolded}
      inline={field.control.type === "boolean" && !isExpression(value)}
      aside={
        <span className="flex">
          {field.expression && !readOnly && !isFolded && <ExpressionMenu id={id} field={field} value={value} onChange={change} />}
          {field.control.type === "text" && field.control.multiline && (
            <LargeEditor
              title={field.title}
              id={`${id}-large`}
              path={at}
              value={value}
              onChange={change}
              invalid={errors.length > 0}
              language={field.control.language}
            />
          )}
        </span>
      }
    >
      <FieldControl field={field} id={id} path={at} value={value} onChange={change} invalid={errors.length > 0} />
    </Field>
  );
}
